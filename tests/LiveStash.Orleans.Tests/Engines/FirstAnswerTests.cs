using LiveStash.Orleans.Engines;

namespace LiveStash.Orleans.Tests.Engines;

public sealed class FirstAnswerTests
{
    private readonly TaskCompletionSource<int> _call = new();
    private readonly CancellationTokenSource _patience = new();
    private readonly FirstAnswer<int> _first = new();

    [Fact]
    public async Task WaitAsync_AnswerBeforePatienceIsOver_GivesIt()
    {
        var waiting = _first.WaitAsync(new(_call.Task), _patience.Token);
        Assert.False(waiting.IsCompleted);

        _call.SetResult(7);
        await waiting;
        await _patience.CancelAsync();

        Assert.True(_first.TryGet(out var answer));
        Assert.Equal(7, answer);
    }

    [Fact]
    public async Task WaitAsync_AnswerWhileTheCallersContextIsBusy_IsSeenAndNotTakenForLost()
    {
        ValueTask waiting = default;
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new BusyContext());
        try
        {
            waiting = _first.WaitAsync(new(_call.Task), _patience.Token);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        await Task.Run(() => _call.SetResult(7));
        await _patience.CancelAsync();
        await waiting;

        Assert.True(_first.TryGet(out var answer));
        Assert.Equal(7, answer);
    }

    [Fact]
    public async Task WaitAsync_PatienceOverFirst_EndsAndTheLateAnswerStillComes()
    {
        var waiting = _first.WaitAsync(new(_call.Task), _patience.Token);

        await _patience.CancelAsync();
        await waiting;

        Assert.False(_first.TryGet(out _));
        var late = _first.AsTask();
        Assert.False(late.IsCompleted);
        _call.SetResult(7);
        Assert.Equal(7, await late);
    }

    [Fact]
    public async Task WaitAsync_PatienceOverAlreadyAndNoAnswer_Ends()
    {
        await _patience.CancelAsync();

        await _first.WaitAsync(new(_call.Task), _patience.Token);

        Assert.False(_first.TryGet(out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WaitAsync_CallFails_TheFailureIsInTheTask(bool isLate)
    {
        var waiting = _first.WaitAsync(new(_call.Task), _patience.Token);
        if (isLate)
        {
            await _patience.CancelAsync();
        }

        _call.SetException(new IOException("reset"));
        await waiting;

        Assert.False(_first.TryGet(out _));
        Assert.Equal("reset", (await Assert.ThrowsAsync<IOException>(_first.AsTask)).Message);
    }

    [Fact]
    public async Task TryReset_AnsweredInTime_WaitsForAnotherCallAndItsPatience()
    {
        var waiting = _first.WaitAsync(new(_call.Task), _patience.Token);
        _call.SetResult(7);
        await waiting;
        Assert.True(_first.TryReset());
        await _patience.CancelAsync();

        using var patience = new CancellationTokenSource();
        var call = new TaskCompletionSource<int>();
        waiting = _first.WaitAsync(new(call.Task), patience.Token);
        Assert.False(waiting.IsCompleted);
        await patience.CancelAsync();
        await waiting;

        Assert.False(_first.TryGet(out _));
        call.SetResult(8);
        Assert.Equal(8, await _first.AsTask());
    }

    [Fact]
    public async Task TryReset_PatienceWasOver_IsRefused()
    {
        var waiting = _first.WaitAsync(new(_call.Task), _patience.Token);
        await _patience.CancelAsync();
        await waiting;

        Assert.False(_first.TryReset());
    }

    [Fact]
    public async Task TryReset_EndOfPatienceOfOneCallWhileTheNextWaits_DoesNotReachIt()
    {
        var first = new FirstAnswer<int>();
        for (var i = 0; i < 2000; i++)
        {
            var (call, next) = (new TaskCompletionSource<int>(), new TaskCompletionSource<int>());
            using var patience = new CancellationTokenSource();
            var waiting = first.WaitAsync(new(call.Task), patience.Token).AsTask();
            var ending = Task.Run(patience.Cancel);
            call.SetResult(i);
            await waiting;
            if (!first.TryGet(out _) || !first.TryReset())
            {
                first = new();
            }

            var other = first.WaitAsync(new(next.Task), CancellationToken.None).AsTask();
            await ending;
            Assert.False(other.IsCompleted);
            next.SetResult(-i);
            await other;
            Assert.True(first.TryGet(out var answer));
            Assert.Equal(-i, answer);
            first = new();
        }
    }

    [Fact]
    public async Task WaitAsync_AnswerAndEndOfPatienceAtOnce_NeitherLosesTheAnswer()
    {
        for (var i = 0; i < 2000; i++)
        {
            var call = new TaskCompletionSource<int>();
            using var patience = new CancellationTokenSource();
            var first = new FirstAnswer<int>();
            var waiting = first.WaitAsync(new(call.Task), patience.Token).AsTask();

            await Task.WhenAll(Task.Run(() => call.SetResult(i)), Task.Run(patience.Cancel));
            await waiting;

            Assert.Equal(i, first.TryGet(out var answer) ? answer : await first.AsTask());
        }
    }

    /// <summary>A page's dispatcher that is at work: what is posted to it waits.</summary>
    private sealed class BusyContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
