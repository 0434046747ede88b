using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LiveStash.Hosting;

/// <summary>Closes the connections that come in while the server stops, when it is the web server's turn.</summary>
/// <remarks>
/// SignalR closes those that it has as the host begins to stop, and the web server listens for a moment more: for pages that come back
/// at once, that is long enough to get to the same server again. Nobody would close these (dotnet/aspnetcore#58947). The web server
/// would wait for them until <see cref="HostOptions.ShutdownTimeout"/> is over, and a silo in its process, which stops after it, would
/// have no time left to hand anything over.
/// </remarks>
internal sealed class StoppingServer(IServiceProvider services) : IHubFilter, IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    public Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            // It is tried again then, with another server or the next life of this one.
            _stopping.Token.Register(context.Context.Abort);
        }

        return next(context);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();
}
