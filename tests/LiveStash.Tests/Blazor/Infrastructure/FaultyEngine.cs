using LiveStash.Engines.InProcess;
using Microsoft.Extensions.Options;

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>The in-process engine with faults on demand, and a list of what it was asked.</summary>
internal sealed class FaultyEngine(TimeProvider time, LiveStashOptions? options = null) : IStashEngine
{
    private readonly List<EngineCall> _calls = [];
    private InProcessEngine _inner = Create(time, options);

    /// <summary>Nothing reaches the engine.</summary>
    public bool IsUnavailable { get; set; }

    /// <summary>Calls have their effect, but the answers are lost.</summary>
    public bool LosesAnswers { get; set; }

    public Exception? Throws { get; set; }

    /// <summary>While set, calls wait for it before they reach the engine.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public EngineCall[] Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public StashWrite[] Writes => [.. Calls.Where(call => call.Write is not null).Select(call => call.Write!)];

    public void ForgetCalls()
    {
        lock (_calls)
        {
            _calls.Clear();
        }
    }

    /// <summary>The process with the stashes is replaced by an empty one.</summary>
    public void LoseEverything() => _inner = Create(time, options);

    /// <summary>What the engine has of a stash, by entry name; <see langword="null"/> for nothing.</summary>
    public async Task<Dictionary<string, string>?> ContentAsync(StashId id)
    {
        var opened = await _inner.OpenAsync(id, StashOpenMode.Read, Terms);
        return opened.IsOk ? opened.Entries.ToDictionary(entry => entry.Name, entry => System.Text.Encoding.UTF8.GetString(entry.Value.Span)) : null;
    }

    public async Task<StashOpenResult> SnapshotAsync(StashId id) => await _inner.OpenAsync(id, StashOpenMode.Read, Terms);

    /// <summary>The engine restores an older backup of a stash.</summary>
    public async Task RollBackAsync(StashId id, StashOpenResult snapshot)
    {
        LoseEverything();
        var write = new StashWrite { Epoch = snapshot.Epoch, BaseVersion = snapshot.Version - 1, Replace = true, Changed = snapshot.Entries, Terms = Terms };
        Assert.Equal(snapshot.Version, (await _inner.WriteAsync(id, write)).Version);
    }

    public async ValueTask<StashOpenResult> OpenAsync(StashId id, StashOpenMode mode, StashTerms terms, CancellationToken cancellationToken = default)
    {
        var call = await BeginAsync(new("open", id, Mode: mode));
        var result = IsUnavailable ? new(StashOutcome.Unavailable, "Out of order.") : await _inner.OpenAsync(id, mode, terms, cancellationToken);
        call.Outcome = result.Outcome;
        return LosesAnswers ? new(StashOutcome.Unavailable, "The answer was lost.") : result;
    }

    public ValueTask<StashResult> WriteAsync(StashId id, StashWrite write, CancellationToken cancellationToken = default) =>
        CallAsync(new("write", id, write), inner => inner.WriteAsync(id, write, cancellationToken));

    public ValueTask<StashResult> TouchAsync(StashId id, long epoch, StashTerms terms, CancellationToken cancellationToken = default) =>
        CallAsync(new("touch", id), inner => inner.TouchAsync(id, epoch, terms, cancellationToken));

    public ValueTask<StashResult> ClearAsync(StashId id, long epoch, CancellationToken cancellationToken = default) =>
        CallAsync(new("clear", id), inner => inner.ClearAsync(id, epoch, cancellationToken));

    private static StashTerms Terms { get; } = new(TimeSpan.FromMinutes(30));

    private static InProcessEngine Create(TimeProvider time, LiveStashOptions? options) => new(
        time, Microsoft.Extensions.Options.Options.Create(options ?? new()), Microsoft.Extensions.Options.Options.Create(new InProcessEngineOptions()));

    private async Task<EngineCall> BeginAsync(EngineCall call)
    {
        lock (_calls)
        {
            _calls.Add(call);
        }

        if (Gate is { } gate)
        {
            await gate.Task;
        }

        return Throws is null ? call : throw Throws;
    }

    private async ValueTask<StashResult> CallAsync(EngineCall call, Func<InProcessEngine, ValueTask<StashResult>> run)
    {
        await BeginAsync(call);
        var result = IsUnavailable ? new(StashOutcome.Unavailable, Detail: "Out of order.") : await run(_inner);
        call.Outcome = result.Outcome;
        return LosesAnswers ? new(StashOutcome.Unavailable, Detail: "The answer was lost.") : result;
    }
}
