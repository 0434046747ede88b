using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiveStash.Hosting;

/// <summary>Warns at start-up of a key ring that may be lost.</summary>
internal sealed partial class KeyRingCheck(KeyRing keys, ILogger<KeyRingCheck> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (keys.MayBeLost)
        {
            LogKeysNotConfigured();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1600, LogLevel.Warning, "The app does not say where its Data Protection key ring is kept. In a container or with several servers the tags of LiveStash become unreadable with the next deployment, and nothing is recovered. Persist and share the key ring: services.AddDataProtection().PersistKeysTo...().")]
    private partial void LogKeysNotConfigured();
}
