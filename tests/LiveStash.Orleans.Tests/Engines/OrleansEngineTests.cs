using System.Diagnostics;
using System.Runtime.InteropServices;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Engines;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace LiveStash.Orleans.Tests.Engines;

/// <summary>What the engine adds to the grain: the time-out, the repetition, and no copies on a co-hosted call.</summary>
public sealed class OrleansEngineTests
{
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(10));
    private static readonly WireResult Ok = new(new StashResult(StashOutcome.Ok, 7));

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task AnyCall_GrainNeverAnswers_UnavailableAtTheTimeoutAndNotBefore()
    {
        var engine = Engine(new FakeGrains(_ => new TaskCompletionSource<WireResult>().Task));
        List<Func<Task<StashOutcome>>> calls =
        [
            async () => (await engine.OpenAsync(StashId.New(), StashOpenMode.Own, Terms)).Outcome,
            async () => (await engine.WriteAsync(StashId.New(), Write())).Outcome,
            async () => (await engine.TouchAsync(StashId.New(), 1, Terms)).Outcome,
            async () => (await engine.ClearAsync(StashId.New(), 1)).Outcome,
        ];
        foreach (var call in calls)
        {
            var answer = call();
            _time.Advance(LiveStashOptions.DefaultEngineTimeout - TimeSpan.FromMilliseconds(1));
            Assert.False(answer.IsCompleted);

            Assert.Equal(StashOutcome.Unavailable, await InTimeAsync(answer, TimeSpan.FromMilliseconds(1)));
        }
    }

    [Fact]
    public async Task WriteAsync_RejectedBySiloThatIsStopping_IsSentAgainAndAnswered()
    {
        Exception[] rejections =
        [
            new SiloUnavailableException("Silo stopping"),
            new ConnectionFailedException("refused"),
            new IOException("reset"),
            new OperationCanceledException(), // by Orleans' directory, after a silo has died
        ];
        var grain = new FakeGrains(call => call <= rejections.Length ? Task.FromException<WireResult>(rejections[call - 1]) : Task.FromResult(Ok));

        var result = await InTimeAsync(Engine(grain).WriteAsync(StashId.New(), Write()).AsTask());

        Assert.Equal((StashOutcome.Ok, 7), (result.Outcome, result.Version));
        Assert.Equal(rejections.Length + 1, grain.Calls);
    }

    [Fact]
    public async Task WriteAsync_AnswerLostOnTheWay_IsSentAgainAndTheFirstAnswerCounts()
    {
        var slow = new TaskCompletionSource<WireResult>();
        var grain = new FakeGrains(call => call switch
        {
            1 => slow.Task,
            2 => new TaskCompletionSource<WireResult>().Task,
            _ => Task.FromResult(Ok),
        });

        var result = await InTimeAsync(Engine(grain).WriteAsync(StashId.New(), Write()).AsTask());
        Assert.Equal((StashOutcome.Ok, 7, 3), (result.Outcome, result.Version, grain.Calls));

        // An early attempt that was only slow is as good.
        grain = new FakeGrains(call => call == 1 ? slow.Task : new TaskCompletionSource<WireResult>().Task);
        var answer = Engine(grain).WriteAsync(StashId.New(), Write()).AsTask();
        await Until.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(5));
                return grain.Calls > 1;
            },
            "the call was sent again");
        slow.SetResult(Ok);
        Assert.True((await answer).IsOk);
    }

    [Fact]
    public async Task WriteAsync_RejectedForEver_UnavailableAtTheTimeoutWithTheReason()
    {
        var grain = new FakeGrains(_ => Task.FromException<WireResult>(new SiloUnavailableException("Silo stopping")));
        var started = _time.GetUtcNow();

        var result = await InTimeAsync(Engine(grain).WriteAsync(StashId.New(), Write()).AsTask());

        Assert.Equal(StashOutcome.Unavailable, result.Outcome);
        Assert.Contains(nameof(SiloUnavailableException), result.Detail, StringComparison.Ordinal);
        Assert.InRange(_time.GetUtcNow() - started, LiveStashOptions.DefaultEngineTimeout, LiveStashOptions.DefaultEngineTimeout + TimeSpan.FromMilliseconds(50));
        Assert.InRange(grain.Calls, 5, 50);
    }

    [Fact]
    public async Task WriteAsync_GrainIsSilent_CopiesAreTheReserveAndATenthOfTheCalls()
    {
        const int Calls = 2000;
        var grain = new FakeGrains(_ => new TaskCompletionSource<WireResult>().Task);
        var services = Services(grain);
        var answers = Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => new OrleansEngine(services).WriteAsync(StashId.New(), Write()).AsTask()));

        Assert.All(await InTimeAsync(answers), static answer => Assert.Equal(StashOutcome.Unavailable, answer.Outcome));

        var most = Calls + RetryBudget.Reserve + (int)(Calls * RetryBudget.PerCall) + (3 * RetryBudget.PerSecond);
        Assert.InRange(grain.Calls, Calls + RetryBudget.Reserve, most);
    }

    [Fact]
    public async Task WriteAsync_GatewayIsTooBusy_IsNotSentAgainAtOnceNorTwiceInASecond()
    {
        var grain = new FakeGrains(_ => Task.FromException<WireResult>(new GatewayTooBusyException()));
        var answer = Engine(grain).WriteAsync(StashId.New(), Write()).AsTask();

        _time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal(1, grain.Calls);

        Assert.Equal(StashOutcome.Unavailable, (await InTimeAsync(answer)).Outcome);
        Assert.InRange(grain.Calls, 2, 4);
    }

    [Fact]
    public async Task WriteAsync_CallThatCanNeverWork_UnavailableAtOnce()
    {
        var grain = new FakeGrains(_ => throw new ArgumentException("Could not find an implementation for interface"));

        var result = await Engine(grain).WriteAsync(StashId.New(), Write());

        Assert.Equal(StashOutcome.Unavailable, result.Outcome);
        Assert.Contains("Could not find an implementation", result.Detail, StringComparison.Ordinal);
        Assert.Equal(1, grain.Calls);
    }

    [Fact]
    public async Task WriteAsync_CancelledWhileWaiting_ThrowsOperationCanceled()
    {
        using var cancellation = new CancellationTokenSource();
        var answer = Engine(new FakeGrains(_ => new TaskCompletionSource<WireResult>().Task)).WriteAsync(StashId.New(), Write(), cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task AnyCall_EverySiloKilled_UnavailableWithinTheTimeout()
    {
        await using var cluster = await StashCluster.StartAsync(silos: 2, withStorage: false);
        var engine = cluster.ClientEngine(TimeSpan.FromSeconds(1));
        var id = StashId.New();
        Assert.True((await cluster.ClientEngine().WriteAsync(id, Write())).IsOk);

        foreach (var silo in cluster.Silos)
        {
            await cluster.Cluster.KillSiloAsync(silo);
        }

        var started = Stopwatch.GetTimestamp();
        Assert.Equal(StashOutcome.Unavailable, (await engine.OpenAsync(id, StashOpenMode.Own, Terms)).Outcome);
        Assert.Equal(StashOutcome.Unavailable, (await engine.WriteAsync(id, Write())).Outcome);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task OpenAsync_CohostedStash_GivesTheVeryArraysThatWereWritten()
    {
        await using var cluster = await StashCluster.StartAsync(withStorage: false);
        var engine = StashCluster.CohostedEngine(cluster.Silos[0]);
        var id = StashId.New();
        var payload = new byte[100_000];

        Assert.True((await engine.WriteAsync(id, Write(new StashEntry("a", payload)))).IsOk);
        var first = await engine.OpenAsync(id, StashOpenMode.Read, Terms);
        var second = await engine.OpenAsync(id, StashOpenMode.Read, Terms);

        Assert.True(MemoryMarshal.TryGetArray(Assert.Single(first.Entries).Value, out var segment));
        Assert.Same(payload, segment.Array);
        Assert.Same(first.Entries, second.Entries);
    }

    [Fact]
    public async Task AnyCall_SameStashAgain_IsSentByTheSameReferenceAndEachStashByItsOwn()
    {
        var grain = new FakeGrains(_ => Task.FromResult(Ok));
        var engine = Engine(grain);
        var (id, other) = (StashId.New(), StashId.New());

        foreach (var next in new[] { id, id, other, other, id })
        {
            await engine.WriteAsync(next, Write());
            await engine.TouchAsync(next, 1, Terms);
        }

        Assert.Equal(new[] { id, other, id }.Select(StashAddress.KeyOf), grain.Keys);
    }

    [Fact]
    public void NewSender_OfManyEngines_IsNeverTheSame()
    {
        var services = Services(new FakeGrains(_ => Task.FromResult(Ok)));

        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => services.NewSender()).Distinct().Count());
        Assert.NotEqual(services.NewSender(), Services(new FakeGrains(_ => Task.FromResult(Ok))).NewSender());
    }

    private OrleansEngine Engine(FakeGrains grain) => new(Services(grain));

    private OrleansEngineServices Services(FakeGrains grain) =>
        new(grain.Factory, Microsoft.Extensions.Options.Options.Create(new LiveStashOptions()), _time, new(Meters.Create()), NullLogger<OrleansEngine>.Instance);

    /// <summary>
    /// Lets the time go on, so that what waits wakes up. Not beyond the time-out: the engine is to answer then, and may wait for a
    /// thread. Only what began to wait while the time went on is due later, by a step or two.
    /// </summary>
    private async Task<T> InTimeAsync<T>(Task<T> answer, TimeSpan? step = null)
    {
        var end = _time.GetUtcNow() + LiveStashOptions.DefaultEngineTimeout;
        var patience = Stopwatch.StartNew();
        await Until.TrueAsync(
            () =>
            {
                var left = end - _time.GetUtcNow();
                if (!answer.IsCompleted && (left > TimeSpan.Zero || patience.Elapsed > TimeSpan.FromSeconds(5)))
                {
                    var next = step ?? TimeSpan.FromMilliseconds(20);
                    _time.Advance(left > TimeSpan.Zero && left < next ? left : next);
                    patience.Restart();
                }

                return answer.IsCompleted;
            },
            "the engine answered");
        return await answer;
    }

    private static StashWrite Write(params StashEntry[] entries) =>
        new() { Epoch = 1, BaseVersion = 0, Replace = true, Changed = entries, Terms = Terms };
}
