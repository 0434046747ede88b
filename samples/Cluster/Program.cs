using Cluster.Hosting;
using LiveStash;
using Showcase.Hosting;
using SiloHost.Schema;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
var cluster = ClusterSettings.Read(builder.Configuration);
if (cluster.UsesDatabase)
{
    // Harmless to repeat, and for several nodes to do at once.
    await OrleansSchema.ApplyAsync(cluster.ConnectionString);
}

if (cluster.Mode == ClusterMode.Client)
{
    builder.UseClient(cluster);
}
else
{
    builder.UseSilo(cluster);
}

var stash = builder.AddShowcase(showcase =>
{
    showcase.HostSummary = cluster.Mode == ClusterMode.Client
        ? "A web server whose stashes live in Orleans silos of their own."
        : "A web server with an Orleans silo in its process. Start more of them and each finds every stash.";
    showcase
        .Describe(
            StashEngineNames.Orleans,
            "In a grain of the Orleans cluster" + (cluster.Durability ?? cluster.SiloDurability) switch
            {
                _ when cluster.Mode == ClusterMode.Client && cluster.Durability is null => "",
                StashDurability.Memory => ", in memory",
                StashDurability.WriteBehind => ", stored within a second",
                _ => ", stored with each write",
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

if (cluster is { Mode: ClusterMode.Client, Durability: { } durability })
{
    // In one process, the silo has it as its default. Here the page asks for it.
    stash.ConfigureCircuit((circuit, _) => circuit.Durability = durability);
}

var app = builder.Build();
app.MapShowcase();
app.Run();
