using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveStash.Orleans.Engines;

/// <summary>What the engines of all circuits share. Resolved once.</summary>
internal sealed class OrleansEngineServices(IGrainFactory grains, IOptions<LiveStashOptions> options, TimeProvider time, ILogger<OrleansEngine> logger)
{
    /// <summary>A call without an answer is sent again after this part of the time-out, or <see cref="MaxPatience"/>.</summary>
    private const int AttemptsWithinTimeout = 4;

    /// <summary>The longest wait for an answer before the call is sent again.</summary>
    private static readonly TimeSpan MaxPatience = TimeSpan.FromMilliseconds(500);

    // Counted on from a random number: no two engines of a cluster have the same, and a random number for each would cost as much as a call.
    private long _senders = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    public IGrainFactory Grains { get; } = grains;

    /// <summary>See <see cref="LiveStashOptions.EngineTimeout"/>.</summary>
    public TimeSpan Timeout { get; } = options.Value.EngineTimeout;

    public EnginePatience Patience { get; } =
        new(TimeSpan.FromTicks(Math.Min(options.Value.EngineTimeout.Ticks / AttemptsWithinTimeout, MaxPatience.Ticks)), time);

    public RetryBudget Retries { get; } = new(time);

    public TimeProvider Time { get; } = time;

    public ILogger<OrleansEngine> Logger { get; } = logger;

    /// <summary>What a new engine calls itself; see <see cref="Contracts.WireCall"/>.</summary>
    public long NewSender() => Interlocked.Increment(ref _senders);
}
