using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Clocks;
using LiveStash.Orleans.Server.Grains;
using LiveStash.Orleans.Server.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Health;

/// <summary>
/// Whether this silo serves stashes: it has joined the cluster, the cluster holds it for alive, and it is not shutting down. Where
/// it does and its storage or its reminders do not answer, it is degraded: what is in memory is still served, and another silo has
/// the same storage. So it is while Orleans does not get over its clock, which went back. Waits no longer than an orchestrator does.
/// </summary>
internal sealed class SiloHealthCheck(
    IServiceProvider provider, IHostApplicationLifetime lifetime, IClusterMembershipService membership, ILocalSiloDetails silo, ClockWatch clock) : IHealthCheck
{
    /// <summary>A stash that nobody has, always the same one.</summary>
    private static readonly GrainId Nobodys = GrainId.Create(StashAddress.TypeName, StashAddress.KeyOf(StashId.New()));

    /// <summary>Half of what Kubernetes' probes wait where nothing else is said.</summary>
    private static readonly TimeSpan MaxPatience = TimeSpan.FromMilliseconds(500);

    private StashStorage? _storage;
    private Task<(StorageOutcome Outcome, StoredStash? Found)>? _readingStorage;
    private Task? _readingReminders;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (NotServing() is { } failure)
        {
            return new(context.Registration.FailureStatus, failure);
        }

        // Not before: what it is made of is not there while the silo starts.
        var services = provider.GetRequiredService<StashGrainServices>();
        var (storage, reminders) = (StorageAsync(services), RemindersAsync(services));
        var failures = string.Join(" ", [.. (await Task.WhenAll(storage, reminders).WaitAsync(cancellationToken)).OfType<string>(), .. Clock()]);
        return failures.Length == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(failures);
    }

    private string? NotServing()
    {
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
        {
            return "The silo is starting.";
        }

        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return "The silo is shutting down.";
        }

        var status = membership.CurrentSnapshot.GetSiloStatus(silo.SiloAddress);
        return status == SiloStatus.Active ? null : $"The silo is {status} in the cluster.";
    }

    private async Task<string?> StorageAsync(StashGrainServices services)
    {
        if (services.Store is not { } store)
        {
            return null;
        }

        // One read at a time, and it gives one that hangs up: checks that come again and again do not gather.
        _storage ??= new(store, Nobodys, services.Options.StorageTimeout, services.SystemTime, services.Metrics);
        if (_readingStorage is null or { IsCompleted: true })
        {
            _readingStorage = _storage.ReadAsync();
        }

        try
        {
            var (outcome, _) = await _readingStorage.WaitAsync(Patience(services), services.SystemTime);
            return outcome == StorageOutcome.Ok ? null : $"The storage of stashes {How(_storage.Exception)}.";
        }
        catch (TimeoutException)
        {
            return $"The storage of stashes {How(null)}.";
        }
    }

    private async Task<string?> RemindersAsync(StashGrainServices services)
    {
        if (provider.GetService<IReminderTable>() is not { } table)
        {
            return null;
        }

        try
        {
            if (_readingReminders is null or { IsCompleted: true })
            {
                _readingReminders = table.ReadRow(Nobodys, StashGrain.FormerReminderName);
                _readingReminders.Ignore();
            }

            await _readingReminders.WaitAsync(Patience(services), services.SystemTime);
            return null;
        }
        catch (Exception exception)
        {
            return $"The reminder table {How(exception is TimeoutException ? null : exception)}.";
        }
    }

    private IEnumerable<string> Clock() => clock.Late is { Ticks: > 0 } late ? [$"The silo's clock went back, and Orleans may stand still for {late:hh\\:mm\\:ss}. Restart it."] : [];

    private static TimeSpan Patience(StashGrainServices services) => services.Options.StorageTimeout < MaxPatience ? services.Options.StorageTimeout : MaxPatience;

    private static string How(Exception? exception) => exception is null ? "does not answer in time" : $"fails ({exception.GetType().Name})";
}
