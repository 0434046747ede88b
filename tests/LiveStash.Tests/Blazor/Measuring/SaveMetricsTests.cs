using LiveStash.Measuring;
using LiveStash.Saving;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Tests.Blazor.Measuring;

/// <summary>What the web server counts of saves.</summary>
public sealed class SaveMetricsTests : IAsyncLifetime
{
    private readonly TestServer _server = new(
        static builder => builder.ConfigureCircuit(static (circuit, _) => circuit.Durability = StashDurability.WriteThrough),
        static options => options.MaxStashBytes = 4096);

    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Saves_ForEachReason_AreCountedByDurabilityEngineOutcomeAndReason()
    {
        using var saves = _server.Services.Metric<long>("livestash.saves");
        var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>();
        await circuit.DoAsync(() => counter.Show(1));
        await circuit.UntilAsync(() => circuit.Saves.Count == 1, "the change is saved");
        await circuit.DoAsync(() => counter.SetAsync(2));

        // Nothing has changed, and nothing is written.
        await circuit.DoAsync(counter.SaveAsync);
        await circuit.DoAsync(counter.ResetAsync);
        await circuit.CloseAsync();

        Assert.Equal(["1 write_through memory ok change", "1 write_through memory ok asked", "1 write_through memory ok reset"], saves.Told());
    }

    [Fact]
    public async Task Saves_EngineCannotBeReached_AreUnavailableAndThenARetry()
    {
        using var saves = _server.Services.Metric<long>("livestash.saves");
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        _server.Engine.IsUnavailable = true;
        await circuit.DoAsync(() => counter.SetAsync(1));
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");

        Assert.Equal(["1 write_through memory unavailable asked", "1 write_through memory ok retry"], saves.Told());
    }

    [Fact]
    public async Task SaveDuration_EngineTakesTwoSeconds_IsWhatThePageWaits()
    {
        using var duration = _server.Services.Metric<double>("livestash.save.duration");
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        _server.Engine.Gate = new();
        var saving = circuit.DoAsync(() => counter.SetAsync(1));
        await circuit.UntilAsync(() => _server.Engine.Writes.Count == 1, "the engine was asked");
        _server.Time.Advance(TimeSpan.FromSeconds(2));
        _server.Engine.Gate.SetResult();
        await saving;

        Assert.Equal(["2 memory ok"], duration.Told());
    }

    [Fact]
    public async Task SaveSizeAndEntries_TwoValuesChanged_AreTheirBytesAndTheirNumber()
    {
        using var size = _server.Services.Metric<long>("livestash.save.size");
        using var entries = _server.Services.Metric<long>("livestash.save.entries");
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        counter.Note = "note";
        await circuit.DoAsync(() => counter.SetAsync(1));

        var written = Assert.Single(_server.Engine.Writes).Changed.Sum(static entry => entry.Size);
        Assert.Equal([$"{written} memory"], size.Told());
        Assert.Equal(["2 memory"], entries.Told());
    }

    [Fact]
    public async Task Refused_ValueOverTheLimit_IsCountedAndTheSaveIsTooLarge()
    {
        using var saves = _server.Services.Metric<long>("livestash.saves");
        using var refused = _server.Services.Metric<long>("livestash.save.refused");
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        counter.Note = new string('x', 5000);
        await circuit.DoAsync(() => counter.SetAsync(1));

        Assert.Equal(["1 memory too_large"], refused.Told());
        Assert.Equal(["1 write_through memory too_large asked"], saves.Told());
    }

    [Fact]
    public void Measure_NobodyListens_AllocatesNothing()
    {
        var metrics = new StashMetrics(Meters.Create(), new FakeTimeProvider(), new());
        List<StashEntry> entries = [new("a", new byte[1])];
        Use();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Use();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Use()
        {
            metrics.Saved("memory", StashDurability.Memory, SaveReason.Change, new(StashOutcome.Ok, Written: true), metrics.Now());
            metrics.Acknowledged("memory", entries);
            metrics.Refused("memory", StashOutcome.TooLarge);
            metrics.Opened("memory", StashStatus.Recovered, metrics.Now());
            metrics.Dropped(isUnreadable: true);
        }
    }
}
