using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveStash.Hosting;

/// <summary>Warns at start-up, outside of Development, where tags would not outlive this process or not be readable by the other servers.</summary>
internal sealed partial class KeyRingCheck(IOptions<KeyManagementOptions> keys, IHostEnvironment environment, ILogger<KeyRingCheck> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (keys.Value.XmlRepository is null && !environment.IsDevelopment())
        {
            LogKeysNotConfigured();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1600, LogLevel.Warning, "The app does not say where its Data Protection key ring is kept. In a container or with several servers the tags of LiveStash become unreadable with the next deployment, and nothing is recovered. Persist and share the key ring: services.AddDataProtection().PersistKeysTo...().")]
    private partial void LogKeysNotConfigured();
}
