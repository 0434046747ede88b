using LiveStash.Engines;
using Microsoft.JSInterop;

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>The storage of one tab, for one engine: as the script keeps it, with faults on demand.</summary>
internal sealed class MemoryVault : IBrowserVault
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Epoch, int Number, string Token)> _tokens = new(StringComparer.Ordinal);

    public int Quota { get; set; } = int.MaxValue;

    /// <summary>Calls are not answered.</summary>
    public bool Hangs { get; set; }

    public bool IsGone { get; set; }

    /// <summary>While set, saves wait for it.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>Saves that have arrived, whether they were answered or not.</summary>
    public int Begun { get; private set; }

    public int Saves { get; private set; }

    public int Count => _tokens.Count;

    /// <summary>The one token that is here.</summary>
    public string Token
    {
        get => Assert.Single(_tokens).Value.Token;
        set
        {
            var (stamp, kept) = Assert.Single(_tokens);
            _tokens[stamp] = kept with { Token = value };
        }
    }

    public (string Stamp, long Epoch, string Token) Take()
    {
        var (stamp, (epoch, _, token)) = Assert.Single(_tokens);
        return (stamp, epoch, token);
    }

    public void Put((string Stamp, long Epoch, string Token) kept) => _tokens[kept.Stamp] = (kept.Epoch, 0, kept.Token);

    public async ValueTask<string?> LoadAsync(string stamp, int maxLength, CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        lock (_lock)
        {
            return _tokens.TryGetValue(stamp, out var kept) && kept.Token.Length <= maxLength ? kept.Token : null;
        }
    }

    public async ValueTask<VaultAnswer> SaveAsync(string stamp, long epoch, string token, CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        var number = ++Begun;
        if (Gate is { } gate)
        {
            await gate.Task.WaitAsync(cancellationToken);
        }

        lock (_lock)
        {
            if (_tokens.TryGetValue(stamp, out var kept) && kept.Epoch > epoch)
            {
                return VaultAnswer.Superseded;
            }

            if (token.Length > Quota)
            {
                return VaultAnswer.Full;
            }

            if (kept.Epoch < epoch || kept.Number < number)
            {
                // In the order in which they came, as over a connection.
                _tokens[stamp] = (epoch, number, token);
            }

            Saves++;
            return VaultAnswer.Saved;
        }
    }

    public async ValueTask ClearAsync(string stamp, CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        lock (_lock)
        {
            _tokens.Remove(stamp);
        }
    }

    private Task AnswerAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return IsGone ? throw new JSDisconnectedException("Gone.") : Hangs ? Task.Delay(Timeout.Infinite, cancellationToken) : Task.CompletedTask;
    }
}
