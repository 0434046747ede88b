using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting;

namespace LiveStash.Hosting;

/// <summary>Closes connections that come in while the server stops.</summary>
/// <remarks>
/// SignalR closes those that it has as the host begins to stop, and the web server listens for a moment more: for pages that come back
/// at once, that is long enough to get to the same server again. Nobody would close these (dotnet/aspnetcore#58947). The web server
/// would wait for them until <see cref="HostOptions.ShutdownTimeout"/> is over, and a silo in its process, which stops after it, would
/// have no time left to hand anything over.
/// </remarks>
internal sealed class StoppingServer(IHostApplicationLifetime lifetime) : IHubFilter
{
    public Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // It is tried again, with another server or the next life of this one.
            context.Context.Abort();
        }

        return next(context);
    }
}
