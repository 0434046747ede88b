using LiveStashApp.Components;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRazorComponents()
    .AddInteractiveServerComponents();

#if (IsCohosted)
// Each web server is a silo too, and finds every stash. Of a cluster of several, see Orleans' clustering providers.
builder.UseOrleans(silo => silo
    .UseLocalhostClustering()
    .AddLiveStash());

#elif (IsApart)
// The silo may be started after the web server, which waits for it.
builder.UseOrleansClient(client => client
    .UseLocalhostClustering()
    .UseConnectionRetryFilter(async (_, cancellationToken) =>
    {
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
        return true;
    }));

#endif
// The copy in the tab is what outlives all servers. Outside Development, persist the Data Protection keys, by which it is read.
#if (IsEmbedded)
builder.Services.AddLiveStash()
    .WithBrowserFallback();
#else
builder.Services.AddLiveStash()
    .UseOrleans()
    .WithBrowserFallback();
#endif

var app = builder.Build();
app.UseAntiforgery();
app.MapStaticAssets();
app.MapRazorComponents<App>()
    .AddInteractiveServerRenderMode();
app.Run();
