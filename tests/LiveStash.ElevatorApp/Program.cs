using ElevatorApp;
using ElevatorApp.Hosting;
using LiveStash;
using Microsoft.AspNetCore.DataProtection;

// Settings: those of samples/Cluster, and Elevator:Engine, the engine of the stashes. With "memory" there is no cluster.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
var engine = builder.Configuration["Elevator:Engine"];
if (engine != StashEngineNames.Memory && await builder.JoinAsync() is { } exitCode)
{
    return exitCode;
}

builder.WebHost.UseStaticWebAssets();
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddHealthChecks();
builder.Services.AddDataProtection().PersistKeysToFileSystem(new(builder.Configuration["DataProtection:Keys"]!));
builder.Services.Configure<LiveStashOptions>(builder.Configuration.GetSection("LiveStash"));
var stash = builder.Services.AddLiveStash();
if (engine != StashEngineNames.Memory)
{
    stash.UseOrleans();
}

if (engine == StashEngineNames.Orleans + StashEngineNames.BrowserFallbackSuffix)
{
    stash.WithBrowserFallback();
}

var app = builder.Build();
app.UseAntiforgery();
app.MapStaticAssets();
app.MapHealthChecks("/healthz");
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
app.MapGet("/memory", static () => GC.GetTotalMemory(forceFullCollection: true));
await app.RunAsync();
return 0;
