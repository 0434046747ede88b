using ElevatorApp.Hosting;
using Microsoft.AspNetCore.DataProtection;
using PlainApp;

// Settings: DataProtection:Keys, a folder; Retention, how long a circuit is kept without a connection; Cache, where circuits that are
// evicted, and sessions, are kept: in the Redis of ConnectionStrings:Orleans, or with "orleans" in a cluster, by the settings of
// samples/Cluster.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (builder.Configuration["Cache"] == "orleans")
{
    if (await builder.JoinAsync() is { } exitCode)
    {
        return exitCode;
    }

    builder.Services.AddOrleansDistributedCache();
}
else
{
    builder.Services.AddStackExchangeRedisCache(options => options.Configuration = builder.Configuration.GetConnectionString("Orleans"));
}

builder.WebHost.UseStaticWebAssets();
builder.Services.AddRazorComponents().AddInteractiveServerComponents(options =>
    options.DisconnectedCircuitRetentionPeriod = builder.Configuration.GetValue("Retention", options.DisconnectedCircuitRetentionPeriod));
builder.Services.AddHealthChecks();
builder.Services.AddDataProtection().PersistKeysToFileSystem(new(builder.Configuration["DataProtection:Keys"]!));
builder.Services.AddHybridCache();
builder.Services.AddSession();

var app = builder.Build();
app.UseAntiforgery();
app.UseSession();
app.MapStaticAssets();
app.MapHealthChecks("/healthz");
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
app.MapGet("/session", static (HttpContext context) => context.Session.GetString("value") ?? "");
app.MapPost("/session/{value}", static (string value, HttpContext context) => context.Session.SetString("value", value));
app.MapGet("/memory", static () => GC.GetTotalMemory(forceFullCollection: true));
await app.RunAsync();
return 0;
