using LiveStash;
using Showcase.Hosting;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
var protection = builder.Configuration.GetValue("Showcase:TokenProtection", StashTokenProtection.Encrypt);
var stash = builder.AddShowcase(showcase =>
{
    showcase.HostSummary = "One web server, without Orleans.";
    showcase
        .Describe(
            StashEngineNames.Memory,
            "In the memory of this server",
            "A lost connection, a sleeping laptop, an evicted circuit.",
            "The end of this process.")
        .Describe(
            StashEngineNames.Browser,
            protection == StashTokenProtection.Sign ? "In the tab, readable, signed by the server" : "In the tab, signed and encrypted by the server",
            "A lost connection, a sleeping laptop, and the server being killed and started again.",
            "Closing the tab, or losing the server's key ring.")
        .Describe(
            StashEngineNames.Memory + StashEngineNames.BrowserFallbackSuffix,
            "In the memory of this server, with a copy in the tab",
            "As the tab alone does; the copy is read only when the server has lost its own.",
            "Closing the tab, or losing the server's key ring.");
});

stash.AddBrowserEngine(protection).AddBrowserFallback(StashEngineNames.Memory);

var app = builder.Build();
app.MapShowcase();
app.Run();
