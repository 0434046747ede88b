using System.Text;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Tests.Testing.Engines;

public sealed class FaultyStashEngineTests : IDisposable
{
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(10));

    private readonly FakeTimeProvider _time = new();
    private readonly FaultyStashEngine _engine;
    private readonly StashId _id = StashId.New();

    public FaultyStashEngineTests() => _engine = new(_time);

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task IsUnavailable_Set_CallsHaveNoEffectUntilItIsNot()
    {
        _engine.IsUnavailable = true;
        Assert.Equal(StashOutcome.Unavailable, (await WriteAsync("1")).Outcome);
        Assert.Equal(StashOutcome.Unavailable, (await _engine.OpenAsync(_id, StashOpenMode.Own, Terms)).Outcome);

        _engine.IsUnavailable = false;
        Assert.Equal(StashOutcome.NotFound, (await _engine.OpenAsync(_id, StashOpenMode.Own, Terms)).Outcome);
    }

    [Fact]
    public async Task LosesAnswers_Set_CallsHaveTheirEffectAndAreNotAnswered()
    {
        _engine.LosesAnswers = true;

        Assert.Equal(StashOutcome.Unavailable, (await WriteAsync("1")).Outcome);

        Assert.Equal("1", await ValueAsync());
        Assert.Equal(StashOutcome.Ok, Assert.Single(_engine.Calls).Outcome);
    }

    [Fact]
    public async Task FailuresLeft_Three_TheFourthCallReachesTheEngine()
    {
        _engine.FailuresLeft = 3;

        var outcomes = new[] { (await WriteAsync("1")).Outcome, (await WriteAsync("2")).Outcome, (await WriteAsync("3")).Outcome, (await WriteAsync("4")).Outcome };

        Assert.Equal([StashOutcome.Unavailable, StashOutcome.Unavailable, StashOutcome.Unavailable, StashOutcome.Ok], outcomes);
        Assert.Equal(0, _engine.FailuresLeft);
        Assert.Equal("4", await ValueAsync());
    }

    [Fact]
    public async Task FailuresLeft_ManyCallsAtOnce_ExactlySoManyFail()
    {
        _engine.FailuresLeft = 50;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () => (await _engine.OpenAsync(_id, StashOpenMode.Read, Terms)).Outcome)));

        Assert.Equal(50, outcomes.Count(static outcome => outcome == StashOutcome.Unavailable));
    }

    [Fact]
    public async Task Delay_ShorterThanTheTimeout_AnswersThen()
    {
        _engine.Delay = TimeSpan.FromSeconds(1);
        var writing = WriteAsync("1").AsTask();
        Assert.False(writing.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True((await writing).IsOk);
    }

    [Fact]
    public async Task Delay_LongerThanTheTimeout_UnavailableAtTheTimeoutAndNoEffect()
    {
        _engine.Delay = TimeSpan.FromDays(1);
        var writing = WriteAsync("1").AsTask();

        _time.Advance(LiveStashOptions.DefaultEngineTimeout);

        Assert.Equal(StashOutcome.Unavailable, (await writing).Outcome);
        Assert.Null(await ValueAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnyCall_CancelledWhileItWaits_Ends(bool isGate)
    {
        (_engine.Gate, _engine.Delay) = isGate ? (new TaskCompletionSource(), TimeSpan.Zero) : (null, TimeSpan.FromSeconds(1));
        using var cancellation = new CancellationTokenSource();
        var opening = _engine.OpenAsync(_id, StashOpenMode.Own, Terms, cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Fact]
    public async Task LoseEverything_TwiceAndWrittenInBetween_OnlyWhatCameAfterIsThere()
    {
        await WriteAsync("1");
        _engine.LoseEverything();
        Assert.Null(await ValueAsync());
        Assert.Equal(StashOutcome.NotFound, (await _engine.TouchAsync(_id, 1, Terms)).Outcome);
        await WriteAsync("2");
        Assert.Equal("2", await ValueAsync());

        _engine.LoseEverything();

        Assert.Null(await ValueAsync());
    }

    [Fact]
    public async Task Expiry_ClockOfATest_NotFoundAtTheTimeToLive()
    {
        await WriteAsync("1");
        _time.Advance(Terms.TimeToLive - TimeSpan.FromTicks(1));
        Assert.NotNull(await ValueAsync());

        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Null(await ValueAsync());
    }

    [Fact]
    public async Task Calls_MoreThanAreKept_TheLatest()
    {
        for (var i = 0; i <= FaultyStashEngine.MaxCalls; i++)
        {
            await _engine.TouchAsync(_id, i, Terms);
        }

        Assert.Equal(FaultyStashEngine.MaxCalls, _engine.Calls.Count);
        _engine.ForgetCalls();
        Assert.Empty(_engine.Calls);
    }

    [Fact]
    public async Task Dispose_OfTheOneAround_LeavesAnEngineThatWasGiven()
    {
        await using var services = new ServiceCollection().AddLiveStashCore().Services.BuildServiceProvider();
        var given = services.GetRequiredKeyedService<IStashEngine>(StashEngineNames.Memory);

        new FaultyStashEngine(given).Dispose();

        Assert.Equal(StashOutcome.NotFound, (await given.OpenAsync(_id, StashOpenMode.Read, Terms)).Outcome);
    }

    [Fact]
    public async Task WithFaults_AfterAnEngineWasChosen_IsAroundThatAndCanBeInjected()
    {
        await using var services = new ServiceCollection().AddLiveStashCore().WithFaults().WithFaults().Services.BuildServiceProvider();
        var options = services.GetRequiredService<Microsoft.Extensions.Options.IOptions<LiveStashOptions>>().Value;
        var engine = services.GetRequiredKeyedService<IStashEngine>(options.Engine);
        var write = new StashWrite { Epoch = 1, BaseVersion = 0, Replace = true, Terms = Terms };

        Assert.Equal("memory+faults", options.Engine);
        Assert.Same(services.GetRequiredService<FaultyStashEngine>(), engine);
        Assert.True((await engine.WriteAsync(_id, write)).IsOk);
        Assert.True((await services.GetRequiredKeyedService<IStashEngine>(StashEngineNames.Memory).OpenAsync(_id, StashOpenMode.Read, Terms)).IsOk);
    }

    [Fact]
    public void WithFaults_AroundTheEngineOfACircuit_ThrowsWithTheFix()
    {
        var builder = new ServiceCollection().AddLiveStash().WithBrowserFallback();

        var exception = Assert.Throws<InvalidOperationException>(() => builder.WithFaults());

        Assert.Contains("before WithBrowserFallback()", exception.Message, StringComparison.Ordinal);
    }

    private ValueTask<StashResult> WriteAsync(string value) =>
        _engine.WriteAsync(_id, new() { Epoch = 1, BaseVersion = 0, Replace = true, Changed = [new("entry", Encoding.UTF8.GetBytes(value))], Terms = Terms });

    private async Task<string?> ValueAsync() => (await _engine.ContentAsync(_id))?["entry"];
}
