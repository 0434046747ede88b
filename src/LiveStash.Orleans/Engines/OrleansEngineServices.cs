using System.Security.Cryptography;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Measuring;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace LiveStash.Orleans.Engines;

/// <summary>What the engines of all circuits share. Resolved once.</summary>
internal sealed class OrleansEngineServices(IGrainFactory grains, IOptions<LiveStashOptions> options, TimeProvider time, StashMetrics metrics, ILogger<OrleansEngine> logger)
{
    /// <summary>A call without an answer is sent again after this part of the time-out, or <see cref="MaxPatience"/>.</summary>
    private const int AttemptsWithinTimeout = 4;

    /// <summary>The longest wait for an answer before the call is sent again.</summary>
    private static readonly TimeSpan MaxPatience = TimeSpan.FromMilliseconds(500);

    private static readonly GrainType GrainType = GrainType.Create(StashAddress.TypeName);

    /// <summary>The reference that was made first: it knows the type of the interface.</summary>
    private GrainReference? _known;

    // Counted on from a random number: no two engines of a cluster have the same, and a random number for each would cost as much as a call.
    private long _senders = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    /// <summary>See <see cref="LiveStashOptions.EngineTimeout"/>.</summary>
    public TimeSpan Timeout { get; } = options.Value.EngineTimeout;

    public EnginePatience Patience { get; } =
        new(TimeSpan.FromTicks(Math.Min(options.Value.EngineTimeout.Ticks / AttemptsWithinTimeout, MaxPatience.Ticks)), time);

    public RetryBudget Retries { get; } = new(time);

    public TimeProvider Time { get; } = time;

    public StashMetrics Metrics { get; } = metrics;

    public ILogger<OrleansEngine> Logger { get; } = logger;

    /// <summary>A reference to the grain of a stash.</summary>
    public IStashGrain GrainOf(StashId id)
    {
        // By its name alone, Orleans works out both types anew for each reference, which costs as much as the call.
        var key = StashAddress.KeyOf(id);
        if (_known is { } known)
        {
            return (IStashGrain)grains.GetGrain(GrainId.Create(GrainType, key), known.InterfaceType);
        }

        var grain = grains.GetGrain<IStashGrain>(key);
        _known = grain as GrainReference;
        return grain;
    }

    /// <summary>What a new engine calls itself; see <see cref="WireCall"/>.</summary>
    public long NewSender() => Interlocked.Increment(ref _senders);
}
