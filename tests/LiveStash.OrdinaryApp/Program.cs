using LiveStash;
using LiveStash.Testing;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.FluentUI.AspNetCore.Components;
using MudBlazor.Services;
using OrdinaryApp.Components;
using OrdinaryApp.Hosting;
using OrdinaryApp.Models;
using OrdinaryApp.Shop;

// Settings: DataProtection:Keys, a folder; Retention, how long the server keeps a circuit without a connection; Resumable, how many
// circuits .NET can resume after that; Browser, whether the browser has a copy; Unsteady, whether the engine can be switched off;
// Services, whether a scoped service is kept; Members, whether somebody can sign in, and Visitors, whether pages and the hub are for others
// too; MessageSize, how many bytes a message to the hub may have; the section LiveStash.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.WebHost.UseStaticWebAssets();

builder.Services.AddRazorComponents()
    .AddInteractiveServerComponents(options =>
    {
        options.DisconnectedCircuitRetentionPeriod = builder.Configuration.GetValue("Retention", TimeSpan.FromSeconds(1));
        options.PersistedCircuitInMemoryMaxRetained = builder.Configuration.GetValue("Resumable", options.PersistedCircuitInMemoryMaxRetained);
    })
    .AddHubOptions(options => options.MaximumReceiveMessageSize = builder.Configuration.GetValue("MessageSize", options.MaximumReceiveMessageSize));
builder.Services.AddRazorPages();
builder.Services.AddMudServices();
builder.Services.AddFluentUIComponents();
builder.Services.AddHealthChecks();

// In memory, and there as long as this connection is.
await using var shop = new SqliteConnection("Data Source=shop;Mode=Memory;Cache=Shared");
await shop.OpenAsync();
builder.Services.AddDbContextFactory<ShopDb>(options => options.UseSqlite(shop.ConnectionString));
builder.Services.AddDataProtection().PersistKeysToFileSystem(Directory.CreateDirectory(builder.Configuration["DataProtection:Keys"]!));

// What the tests look at from outside.
builder.Services.AddSingleton<CircuitCounter>();
builder.Services.AddScoped<CircuitHandler>(static services => services.GetRequiredService<CircuitCounter>());
builder.Services.AddScoped<CircuitName>();
builder.Services.AddSingleton<Jobs>();
builder.Services.AddSingleton<Prices>();

builder.Services.Configure<LiveStashOptions>(builder.Configuration.GetSection("LiveStash"));
var stash = builder.Services.AddLiveStash();
if (builder.Configuration.GetValue("Services", true))
{
    stash.AddService<CartState>().AddService<OrderState>();
}
else
{
    builder.Services.AddScoped<CartState>().AddScoped<OrderState>();
}

if (builder.Configuration.GetValue<bool>("Unsteady"))
{
    stash.WithFaults();
}

if (builder.Configuration.GetValue<bool>("Browser"))
{
    stash.WithBrowserFallback();
}

var hasMembers = builder.Configuration.GetValue<bool>("Members");
if (hasMembers)
{
    builder.Services.AddMembers();
}

var app = builder.Build();
await using (var db = await app.Services.GetRequiredService<IDbContextFactory<ShopDb>>().CreateDbContextAsync())
{
    await db.Database.EnsureCreatedAsync();
}

app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
app.UseAntiforgery();
app.MapStaticAssets();
app.MapHealthChecks("/healthz");
app.MapGet("/circuits", static (CircuitCounter counter) => counter.Count);
app.MapPost("/jobs/{job}", static (string job, Jobs jobs) => jobs.FinishAsync(job));
app.MapPost("/prices/{owner}/{price:int}", static (string owner, int price, Prices prices) => prices.Set(owner, price));
if (app.Services.GetService<FaultyStashEngine>() is { } engine)
{
    app.MapGet("/engine", () => engine.Calls.Count(static call => call.Outcome == StashOutcome.Unavailable));
    app.MapGet("/engine/answers", () => engine.Calls.Count(static call => call.Outcome != StashOutcome.Unavailable));
    app.MapPost("/engine/{state}", (string state, int delay = 0) =>
    {
        engine.IsUnavailable = state == "off";
        engine.Delay = TimeSpan.FromMilliseconds(delay);
    });
}

app.MapRazorPages();
app.MapFallbackToPage("/classic-fallback/{**path}", "/Classic");
var pages = app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
if (hasMembers)
{
    app.MapSignIn();
    if (!builder.Configuration.GetValue<bool>("Visitors"))
    {
        pages.RequireAuthorization();
    }
}

await app.RunAsync();
