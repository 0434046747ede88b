using System.Diagnostics.Metrics;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Engines;
using LiveStash.Orleans.Tests.Engines;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Measuring;

/// <summary>What the calling side counts of calls that it sends more than once.</summary>
public sealed class EngineMetricsTests
{
    private static readonly WireResult Ok = new(new StashResult(StashOutcome.Ok, 7));
    private static readonly StashWrite Write = new() { Epoch = 1, BaseVersion = 0, Replace = true, Terms = new(TimeSpan.FromMinutes(10)) };

    private readonly FakeTimeProvider _time = new();
    private readonly IMeterFactory _meters = Meters.Create();

    [Fact]
    public async Task Retries_SiloRejectsTwice_AreTwoAndNoCopies()
    {
        using var retries = Metric("livestash.client.retries");
        using var hedges = Metric("livestash.client.hedges");

        await WriteAsync(Services(call => call <= 2 ? Task.FromException<WireResult>(new SiloUnavailableException("Silo stopping")) : Task.FromResult(Ok)));

        Assert.Equal(["1 write", "1 write"], retries.Told());
        Assert.Empty(hedges.Told());
    }

    [Fact]
    public async Task Hedges_FirstAnswerIsLost_IsOneCopyAndNoRetry()
    {
        using var retries = Metric("livestash.client.retries");
        using var hedges = Metric("livestash.client.hedges");

        await WriteAsync(Services(static call => call == 1 ? new TaskCompletionSource<WireResult>().Task : Task.FromResult(Ok)));

        Assert.Equal(["1 write"], hedges.Told());
        Assert.Empty(retries.Told());
    }

    [Fact]
    public async Task Withheld_BudgetIsUsedUp_IsEachCallThatIsNotSentAgain()
    {
        const int Calls = 20;
        using var withheld = Metric("livestash.client.withheld");
        var services = Services(static _ => new TaskCompletionSource<WireResult>().Task);
        while (services.Retries.TryTake())
        {
            // Until there is none left.
        }

        using var hedges = Metric("livestash.client.hedges");
        var answers = Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => new OrleansEngine(services).WriteAsync(StashId.New(), Write).AsTask()));
        _time.Advance(services.Patience.Length);
        await Until.TrueAsync(() => withheld.Told().Length + hedges.Told().Length == Calls, "each call has taken long");

        // A few may go again: so many a second, and a part of the calls.
        var most = (int)(services.Patience.Length.TotalSeconds * RetryBudget.PerSecond) + (int)(Calls * RetryBudget.PerCall) + 1;
        Assert.InRange(hedges.Told().Length, 1, most);
        Assert.All(withheld.Told(), static one => Assert.Equal("1 write", one));
        await InTimeAsync(answers);
    }

    private MetricCollector<long> Metric(string name) => new(_meters, "LiveStash", name);

    private OrleansEngineServices Services(Func<int, Task<WireResult>> answer) => new(
        new FakeGrains(answer).Factory, Microsoft.Extensions.Options.Options.Create(new LiveStashOptions()), _time, new(_meters), NullLogger<OrleansEngine>.Instance);

    private Task WriteAsync(OrleansEngineServices services) => InTimeAsync(new OrleansEngine(services).WriteAsync(StashId.New(), Write).AsTask());

    private Task InTimeAsync(Task answer) => Until.TrueAsync(
        () =>
        {
            if (!answer.IsCompleted)
            {
                _time.Advance(TimeSpan.FromMilliseconds(20));
            }

            return answer.IsCompleted;
        },
        "the engine answered");
}
