using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiveStash.Tests.Blazor.Hosting;

/// <summary>Pages whose server stops connect again at once, and some get to it once more.</summary>
public sealed class StoppingServerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Stop_APageConnectsAfterSignalRHasClosedItsConnections_IsServedUntilTheWebServerStopsAndNotWaitedFor()
    {
        await using var app = await StartAsync();

        app.Lifetime.StopApplication();
        using var late = await ConnectAsync(app); // Kestrel listens until the host comes to it

        await app.StopAsync().WaitAsync(Patience);
        Assert.True(await IsClosedAsync(late));
    }

    [Fact]
    public async Task Stop_APageConnectsWhenItIsTheWebServersTurnAlready_IsClosedAtOnceAndNotWaitedFor()
    {
        var page = new LatePage();
        await using var app = await StartAsync(page);
        page.Connect = () => ConnectAsync(app, isServed: false);

        app.Lifetime.StopApplication();
        await app.StopAsync().WaitAsync(Patience);
        Assert.True(await IsClosedAsync(page.Socket!));
        page.Socket!.Dispose();
    }

    private static async Task<WebApplication> StartAsync(params IHostedService[] before)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromMinutes(2));
        Array.ForEach(before, service => builder.Services.AddSingleton(service));
        builder.Services.AddServerSideBlazor();
        builder.Services.AddLiveStash();
        var app = builder.Build();
        app.MapBlazorHub();
        await app.StartAsync();
        return app;
    }

    private static async Task<ClientWebSocket> ConnectAsync(WebApplication app, bool isServed = true)
    {
        using var timeout = new CancellationTokenSource(Patience);
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(app.Urls.Single()) { Scheme = "ws", Path = "/_blazor" }.Uri, timeout.Token);
        await socket.SendAsync("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, timeout.Token);
        var answer = new byte[64];
        var received = await socket.ReceiveAsync(answer, timeout.Token);
        Assert.Equal("{}\u001e"u8, answer.AsSpan(0, isServed ? received.Count : 3)); // what closes it may come with the answer
        return socket;
    }

    private static async Task<bool> IsClosedAsync(ClientWebSocket socket)
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            var buffer = new byte[1024];
            while ((await socket.ReceiveAsync(buffer, timeout.Token)).MessageType != WebSocketMessageType.Close)
            {
                // A ping, or the message that it is closed.
            }

            return true;
        }
        catch (WebSocketException)
        {
            return true;
        }
    }

    /// <summary>Services hear that the host stops in the reverse of their order: this one after LiveStash, and before the web server stops.</summary>
    private sealed class LatePage : IHostedLifecycleService
    {
        public Func<Task<ClientWebSocket>>? Connect { get; set; }

        public ClientWebSocket? Socket { get; private set; }

        public async Task StoppingAsync(CancellationToken cancellationToken) => Socket = await Connect!();

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
