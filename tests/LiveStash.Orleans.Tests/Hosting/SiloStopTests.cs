using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiveStash.Orleans.Tests.Hosting;

/// <summary>A silo beside a web server with a download that does not end.</summary>
public sealed class SiloStopTests
{
    private const int StopsBeside = 2123;

    private static readonly StashTerms Terms = new(TimeSpan.FromHours(1), StashDurability.Memory);

    [Fact]
    public async Task Stop_ADownloadLastsAsLongAsTheHostWaits_StashesInMemoryAreHandedOver()
    {
        var log = new LogLines();
        await using var cluster = await StartAsync(TimeSpan.FromSeconds(10), log);
        var owners = await WriteAsync(cluster);
        using var download = await DownloadAsync(cluster);

        await cluster.Silos[0].SiloHost.StopAsync();

        Assert.Single(log.Of(StopsBeside));
        await AreKeptAsync(owners);
    }

    [Fact]
    public async Task Stop_HostWaitsWithoutALimit_SiloWaitsForItsTurn()
    {
        var log = new LogLines();
        await using var cluster = await StartAsync(Timeout.InfiniteTimeSpan, log);
        var owners = await WriteAsync(cluster);
        var download = await DownloadAsync(cluster);

        var stopping = cluster.Silos[0].SiloHost.StopAsync();
        foreach (var owner in owners)
        {
            Assert.True((await owner.WriteAsync("kept")).IsOk);
        }

        Assert.NotEqual(0, await StashCluster.ActivationsAsync(cluster.Silos[0]));
        Assert.False(stopping.IsCompleted);
        download.Dispose();
        await stopping;

        Assert.Empty(log.Of(StopsBeside));
        await AreKeptAsync(owners);
    }

    private static Task<StashCluster> StartAsync(TimeSpan timeout, LogLines log) => StashCluster.StartAsync(silos: 2, withStorage: false, configureSilo: silo =>
    {
        silo.Services.AddSingleton<WebServer>();
        silo.Services.AddHostedService(static services => services.GetRequiredService<WebServer>()); // after the silo, so it is stopped before it, as a host's own is
        silo.Services.PostConfigure<HostOptions>(options => options.ShutdownTimeout = timeout);
        silo.Services.AddSingleton<ILoggerProvider>(log);
    });

    private static async Task<Owner[]> WriteAsync(StashCluster cluster)
    {
        var owners = Enumerable.Range(0, 20).Select(_ => new Owner(cluster.ClientEngine(), Terms)).ToArray();
        foreach (var owner in owners)
        {
            Assert.True((await owner.ReplaceAsync("kept")).IsOk);
        }

        Assert.NotEqual(0, await StashCluster.ActivationsAsync(cluster.Silos[0]));
        return owners;
    }

    /// <summary>Goes on until it is disposed of.</summary>
    private static async Task<HttpResponseMessage> DownloadAsync(StashCluster cluster)
    {
        using var http = new HttpClient();
        return await http.GetAsync(cluster.Silos[0].SiloHost.Services.GetRequiredService<WebServer>().Address, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task AreKeptAsync(Owner[] owners)
    {
        foreach (var owner in owners)
        {
            Assert.Equal("kept", await owner.ReadAsync());
        }
    }

    private sealed class WebServer(IHostApplicationLifetime lifetime) : IHostedService
    {
        private readonly WebApplication _app = Build();

        public Uri Address => new(_app.Urls.Single());

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await _app.StartAsync(cancellationToken);
            lifetime.ApplicationStopping.Register(_app.Lifetime.StopApplication);
        }

        public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

        private static WebApplication Build()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
            var app = builder.Build();
            app.MapGet("/", static async (HttpContext context) =>
            {
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            });
            return app;
        }
    }
}
