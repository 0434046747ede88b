using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Measuring;

/// <summary>What the web server counts of circuits that start.</summary>
public sealed class RecoveryMetricsTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly TestServer _server = new(options: static options => options.RecoveryPatience = Patience);
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Opens_CircuitsOfEachStatus_AreCountedByEngineAndStatus()
    {
        using var opens = _server.Services.Metric<long>("livestash.circuit.opens");
        using var greetings = _server.Services.Metric<long>("livestash.greetings");
        using var active = _server.Services.Metric<int>("livestash.circuit.active");
        await SaveAsync(1);
        _browser.Lost = true;
        await (await _server.OpenAsync(_browser)).CloseAsync();
        _server.Engine.LoseEverything();
        _browser.Lost = true;
        await using var open = await _server.OpenAsync(_browser);

        Assert.Equal(["1 memory new", "1 memory recovered", "1 memory not_found"], opens.Told());
        Assert.Equal(["1 ok", "1 ok", "1 ok"], greetings.Told());
        Assert.Equal(1, active.Now());
    }

    [Fact]
    public async Task RecoveryDuration_EngineIsOutForFiveSeconds_IsTheTimeOfTheCircuitsStartWhileItWaits()
    {
        using var duration = _server.Services.Metric<double>("livestash.recovery.duration");
        using var waiting = _server.Services.Metric<int>("livestash.circuit.waiting");
        await SaveAsync(1);
        Assert.Equal(0, waiting.Now());
        var (circuit, starting) = StartWithoutEngine();
        await AdvanceAsync(circuit, TimeSpan.FromSeconds(5));
        Assert.Equal(1, waiting.Now());

        _server.Engine.IsUnavailable = false;
        await AdvanceAsync(circuit, TimeSpan.FromSeconds(5));
        await starting.WaitAsync(Wait.Limit);

        Assert.Equal(0, waiting.Now());
        Assert.InRange(Assert.Single(duration.GetMeasurementSnapshot()).Value, 5, 10);
        Assert.EndsWith(" memory", Assert.Single(duration.Told()), StringComparison.Ordinal);
        await circuit.CloseAsync();
    }

    [Fact]
    public async Task Late_EngineAnswersAfterThePatience_IsAnErrorAndThenALateRecovery()
    {
        await SaveAsync(20);
        using var opens = _server.Services.Metric<long>("livestash.circuit.opens");
        using var late = _server.Services.Metric<long>("livestash.recovery.late");
        using var duration = _server.Services.Metric<double>("livestash.recovery.duration");
        var (circuit, starting) = StartWithoutEngine();
        await AdvanceAsync(circuit, Patience + TimeSpan.FromSeconds(6));
        await starting.WaitAsync(Wait.Limit);
        Assert.Equal(["1 memory error"], opens.Told());
        Assert.Empty(late.Told());

        _server.Engine.IsUnavailable = false;
        await AdvanceAsync(circuit, TimeSpan.FromSeconds(10));

        Assert.Equal(["1 memory recovered"], late.Told());
        Assert.Empty(duration.Told());
        await circuit.CloseAsync();
    }

    [Fact]
    public async Task Greetings_BrowserThatIsSlowAndPageWithoutScript_AreLateAndFailed()
    {
        using var greetings = _server.Services.Metric<long>("livestash.greetings");
        var slow = _server.Create(_browser, page: static page => page.HangingFunctions.Add("LiveStash.greet"));
        var starting = slow.StartAsync();
        await AdvanceAsync(slow, Patience + TimeSpan.FromSeconds(1));
        await starting.WaitAsync(Wait.Limit);

        await using var bare = await _server.OpenAsync(new(), page: static page => page.Answers["LiveStash.greet"] = null);

        Assert.Equal(["1 late", "1 failed"], greetings.Told());
        await slow.CloseAsync();
    }

    [Fact]
    public async Task Dropped_ValueThatCannotBeRead_IsCountedAndNothingOfItTold()
    {
        using var dropped = _server.Services.Metric<long>("livestash.recovery.dropped");
        await SaveAsync(7);
        var id = _server.Engine.Calls[^1].Id;
        var saved = await _server.Engine.PeekAsync(id);
        var broken = saved.Entries.Select(static entry => new StashEntry(entry.Name, "{"u8.ToArray())).ToArray();
        await _server.Engine.WriteAsync(id, new() { Epoch = saved.Epoch, BaseVersion = saved.Version, Replace = true, Changed = broken, Terms = new(TimeSpan.FromMinutes(30)) });
        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        await circuit.AddAsync<Counter>();

        Assert.Equal(["1 unreadable"], dropped.Told());
    }

    [Fact]
    public async Task Fallbacks_EngineHasLostTheStash_IsCountedByWhatItAnswered()
    {
        await using var server = new TestServer(static builder => builder.WithBrowserFallback());
        using var fallbacks = server.Services.Metric<long>("livestash.recovery.fallbacks");
        await using (var before = await server.OpenAsync(_browser))
        {
            await (await before.AddAsync<Counter>()).SetAsync(3);
            await before.SettleAsync();
        }

        server.Engine.LoseEverything();
        _browser.Lost = true;
        await using var circuit = await server.OpenAsync(_browser);

        Assert.Equal(3, (await circuit.AddAsync<Counter>()).Count);
        Assert.Equal(["1 memory+browser not_found"], fallbacks.Told());
    }

    private async Task SaveAsync(int count)
    {
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.True((await (await circuit.AddAsync<Counter>()).SetAsync(count)).IsSaved);
    }

    private (TestCircuit Circuit, Task Starting) StartWithoutEngine()
    {
        _server.Engine.IsUnavailable = true;
        _browser.Lost = true;
        var circuit = _server.Create(_browser);
        return (circuit, circuit.StartAsync());
    }

    private async Task AdvanceAsync(TestCircuit circuit, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(250))
        {
            await circuit.SettleAsync();
            _server.Time.Advance(TimeSpan.FromMilliseconds(250));
        }

        await circuit.SettleAsync();
    }
}
