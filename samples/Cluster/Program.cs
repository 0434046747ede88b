using Cluster.Hosting;
using LiveStash;
using Showcase.Hosting;
using SiloHost.Configuration;
using SiloHost.Dashboard;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (builder.Configuration.ReadCluster(out var isClient) is { Count: > 0 } errors)
{
    Console.Error.WriteLine(string.Join(Environment.NewLine, errors));
    return 2;
}

try
{
    // Harmless to repeat, and for several nodes to do at once.
    await StoreCheck.ApplySchemaAsync(builder.Configuration);
    await StoreCheck.CheckAsync(builder.Configuration);
}
catch (StoreException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

if (isClient)
{
    builder.UseClient();
}
else
{
    builder.UseSilo(silo => silo.AddConfiguredDashboard(builder.Configuration));
    builder.Services.AddHealthChecks().AddLiveStashSilo();
}

var stash = builder.AddShowcase(showcase =>
{
    showcase.HostSummary = isClient
        ? "A web server whose stashes live in Orleans silos of their own."
        : "A web server with an Orleans silo in its process. Start more of them and each finds every stash.";
    showcase
        .Describe(
            StashEngineNames.Orleans,
            "In a grain of the Orleans cluster" + (isClient ? null : builder.Configuration["LiveStash:DefaultDurability"]?.ToUpperInvariant()) switch
            {
                "WRITETHROUGH" => ", stored with each write",
                "WRITEBEHIND" => ", stored within a second",
                _ when isClient => "",
                _ => ", in memory",
            },
            "A lost connection, an evicted circuit, another web server, restarts of one node after the other.",
            "In memory, the death of the silo that has it. Stored, the loss of the database.")
        .Describe(
            StashEngineNames.Orleans + StashEngineNames.BrowserFallbackSuffix,
            "In a grain, with a copy in the tab",
            "All of that; the copy is read when the cluster has lost its own or cannot be reached.",
            "Closing the tab, or losing the servers' key ring.")
        .Describe(
            StashEngineNames.Memory,
            "In the memory of this server",
            "A lost connection, a sleeping laptop, an evicted circuit.",
            "The end of this process, or another server.")
        .Describe(
            StashEngineNames.Browser,
            "In the tab, signed and encrypted by the server",
            "All of that, and every server being killed and started again.",
            "Closing the tab, or losing the servers' key ring.");
});

stash.UseOrleans();

// Behind addresses of their own, not the default: the browser alone, and Orleans with a copy in the browser.
stash.AddBrowserEngine(StashTokenProtection.Encrypt).AddBrowserFallback(StashEngineNames.Orleans);

var app = builder.Build();
app.MapShowcase();
if (!isClient)
{
    app.MapConfiguredDashboard(app.Configuration);
}

await app.RunAsync();
return 0;
