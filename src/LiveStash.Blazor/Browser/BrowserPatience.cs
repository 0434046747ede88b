using Microsoft.Extensions.Options;

namespace LiveStash.Browser;

/// <summary>
/// How long a call to the browser of this circuit may take: <see cref="LiveStashOptions.EngineTimeout"/>, and on a slow link several
/// of its round trips. A browser that went away leaves a call hanging, so there is always an end; and no answer comes over another
/// connection than its question.
/// </summary>
internal sealed class BrowserPatience(IOptions<LiveStashOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // A round trip takes longer when a large message is on the same link.
    private const int RoundTrips = 4;

    private TimeSpan _slow;
    private CancellationTokenSource _connection = new();

    /// <summary>How often the circuit has got another connection.</summary>
    public int Connections { get; private set; }

    /// <summary>Makes a call that ends in time, or with an <see cref="OperationCanceledException"/>.</summary>
    public async ValueTask<T> CallAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        var bound = _slow > options.Value.EngineTimeout ? _slow : options.Value.EngineTimeout;
        using var timeout = new CancellationTokenSource(bound, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _connection.Token, cancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            // Perhaps the link has become slow: the next call may take longer.
            Allow(bound * 2);
            throw;
        }
    }

    /// <summary>There is another connection: calls that are waited for end now.</summary>
    public void Reconnected()
    {
        Connections++;
        var before = _connection;
        _connection = new();
        before.Cancel();
    }

    /// <summary>Takes a round trip into account that was waited for.</summary>
    public void Learn(TimeSpan roundTrip) => Allow(roundTrip * RoundTrips);

    private void Allow(TimeSpan bound) => _slow = bound < _slow ? _slow : bound < Longest ? bound : Longest;
}
