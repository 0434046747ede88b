using LiveStash.Engines.InProcess;

namespace LiveStash.Testing;

/// <summary>
/// An engine with faults on demand, around any other: for tests, and for a running app that is to show what its users see then.
/// Without a fault it does what the other does. Safe for concurrent use; a fault counts for calls that begin after it was set.
/// </summary>
/// <param name="inner">The engine that does the work.</param>
/// <param name="time">The clock of <see cref="Delay"/>; the system's when <see langword="null"/>.</param>
public sealed class FaultyStashEngine(IStashEngine inner, TimeProvider? time = null) : IStashEngine, IDisposable
{
    /// <summary>How many <see cref="Calls"/> are kept.</summary>
    public const int MaxCalls = 10_000;

    private static readonly StashTerms Terms = new(LiveStashOptions.DefaultTimeToLive);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Queue<StashEngineCall> _calls = [];
    private readonly bool _isOwner;
    private int _losses;
    private int _failuresLeft;

    /// <summary>The in-process engine with faults on demand.</summary>
    /// <param name="time">The clock, also of expiry; the system's when <see langword="null"/>. With a FakeTimeProvider a test says when a stash expires.</param>
    /// <param name="options">The limits of a stash; the defaults when <see langword="null"/>.</param>
    public FaultyStashEngine(TimeProvider? time = null, LiveStashOptions? options = null)
        : this(Create(time ?? TimeProvider.System, options ?? new()), time) => _isOwner = true;

    /// <summary>Nothing reaches the engine: each call is answered with <see cref="StashOutcome.Unavailable"/> and has no effect.</summary>
    public bool IsUnavailable { get; set; }

    /// <summary>Calls have their effect, but their answers are lost: each is answered with <see cref="StashOutcome.Unavailable"/>.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>How many calls from now on do not reach the engine. Counts down.</summary>
    public int FailuresLeft
    {
        get => Math.Max(0, Volatile.Read(ref _failuresLeft));
        set => Volatile.Write(ref _failuresLeft, value);
    }

    /// <summary>
    /// How long each call takes to reach the engine. What would take longer than <see cref="LiveStashOptions.DefaultEngineTimeout"/>
    /// is answered with <see cref="StashOutcome.Unavailable"/> by then and has no effect, as every engine has to answer in time.
    /// </summary>
    public TimeSpan Delay { get; set; }

    /// <summary>
    /// While set, calls wait for it before they reach the engine: a test completes it when they are to go on. An engine that does
    /// this breaks its contract, which is to answer in time; for one that keeps it there is <see cref="IsUnavailable"/>.
    /// </summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>What each call throws. Engines do not; a page goes on after one that does.</summary>
    public Exception? Throws { get; set; }

    /// <summary>The latest <see cref="MaxCalls"/> calls, the oldest first.</summary>
    public IReadOnlyList<StashEngineCall> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>What was to be written by <see cref="Calls"/>.</summary>
    public IReadOnlyList<StashWrite> Writes => [.. Calls.Select(static call => call.Write).OfType<StashWrite>()];

    /// <summary>Empties <see cref="Calls"/>.</summary>
    public void ForgetCalls()
    {
        lock (_calls)
        {
            _calls.Clear();
        }
    }

    /// <summary>The memory with the stashes is gone, as after a crash: there is none of those that were written until now.</summary>
    public void LoseEverything() => Interlocked.Increment(ref _losses);

    /// <summary>What the engine has of a stash now, past all faults, without a trace in <see cref="Calls"/>.</summary>
    public ValueTask<StashOpenResult> PeekAsync(StashId id) => inner.OpenAsync(Present(id), StashOpenMode.Read, Terms);

    /// <inheritdoc />
    public async ValueTask<StashOpenResult> OpenAsync(StashId id, StashOpenMode mode, StashTerms terms, CancellationToken cancellationToken = default)
    {
        var call = Note(new(StashEngineMethod.Open, id, Mode: mode));
        var fault = await ReachAsync(cancellationToken).ConfigureAwait(false);
        var result = fault is null ? await inner.OpenAsync(Present(id), mode, terms, cancellationToken).ConfigureAwait(false) : new(StashOutcome.Unavailable, fault);
        call.Outcome = result.Outcome;
        return LosesAnswers ? new(StashOutcome.Unavailable, AnswerLost) : result;
    }

    /// <inheritdoc />
    public ValueTask<StashResult> WriteAsync(StashId id, StashWrite write, CancellationToken cancellationToken = default) =>
        CallAsync(new(StashEngineMethod.Write, id, write), present => inner.WriteAsync(present, write, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public ValueTask<StashResult> TouchAsync(StashId id, long epoch, StashTerms terms, CancellationToken cancellationToken = default) =>
        CallAsync(new(StashEngineMethod.Touch, id), present => inner.TouchAsync(present, epoch, terms, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public ValueTask<StashResult> ClearAsync(StashId id, long epoch, CancellationToken cancellationToken = default) =>
        CallAsync(new(StashEngineMethod.Clear, id), present => inner.ClearAsync(present, epoch, cancellationToken), cancellationToken);

    /// <summary>Ends the in-process engine, where none was given.</summary>
    public void Dispose()
    {
        if (_isOwner)
        {
            (inner as IDisposable)?.Dispose();
        }
    }

    /// <summary>How often everything was lost.</summary>
    internal int Losses => Volatile.Read(ref _losses);

    /// <summary>Writes past all faults, without a trace.</summary>
    internal ValueTask<StashResult> PutAsync(StashId id, StashWrite write) => inner.WriteAsync(Present(id), write);

    private const string AnswerLost = "The answer was lost.";

    private static InProcessEngine Create(TimeProvider time, LiveStashOptions options) =>
        new(time, Microsoft.Extensions.Options.Options.Create(options), Microsoft.Extensions.Options.Options.Create(new InProcessEngineOptions()));

    /// <summary>The id by which the other engine knows a stash: after a loss nobody asks for the former one any more.</summary>
    private StashId Present(StashId id) => Losses is var losses and > 0 ? id.BindTo($"loss {losses}") : id;

    private StashEngineCall Note(StashEngineCall call)
    {
        lock (_calls)
        {
            _calls.Enqueue(call);
            if (_calls.Count > MaxCalls)
            {
                _calls.Dequeue();
            }
        }

        return call;
    }

    /// <returns>Why the call does not reach the engine; <see langword="null"/> when it does.</returns>
    private async ValueTask<string?> ReachAsync(CancellationToken cancellationToken)
    {
        if (Gate is { } gate)
        {
            await gate.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        var (delay, timeout) = (Delay, LiveStashOptions.DefaultEngineTimeout);
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay < timeout ? delay : timeout, _time, cancellationToken).ConfigureAwait(false);
        }

        if (Throws is { } exception)
        {
            throw exception;
        }

        var fails = Volatile.Read(ref _failuresLeft) > 0 && Interlocked.Decrement(ref _failuresLeft) >= 0;
        return IsUnavailable || fails ? "Out of order." : delay > timeout ? "No answer in time." : null;
    }

    private async ValueTask<StashResult> CallAsync(StashEngineCall call, Func<StashId, ValueTask<StashResult>> run, CancellationToken cancellationToken)
    {
        Note(call);
        var fault = await ReachAsync(cancellationToken).ConfigureAwait(false);
        var result = fault is null ? await run(Present(call.Id)).ConfigureAwait(false) : new(StashOutcome.Unavailable, Detail: fault);
        call.Outcome = result.Outcome;
        return LosesAnswers ? new(StashOutcome.Unavailable, Detail: AnswerLost) : result;
    }
}
