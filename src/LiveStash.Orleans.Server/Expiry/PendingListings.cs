using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Expiry;

/// <summary>
/// The stashes of this silo that are being listed for their deletion. The silo waits for them before it leaves the cluster: its grains
/// stop all at once, and where it is the last, a stash would not be stored since its ledger has stopped. Safe for concurrent use.
/// </summary>
internal sealed class PendingListings : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly ConcurrentDictionary<Task, byte> _pending = new();

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(PendingListings), ServiceLifecycleStage.Active, static _ => Task.CompletedTask, StopAsync);

    /// <summary>One begins. It ends by itself, and within a time.</summary>
    public void Add(Task listing)
    {
        if (!listing.IsCompleted && _pending.TryAdd(listing, 0))
        {
            listing.ContinueWith(ended => _pending.TryRemove(ended, out _), TaskScheduler.Default);
        }
    }

    private Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_pending.Keys).WaitAsync(cancellationToken);
}
