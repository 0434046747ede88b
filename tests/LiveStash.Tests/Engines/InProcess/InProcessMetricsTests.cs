using LiveStash.Engines.InProcess;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Tests.Engines.InProcess;

public sealed class InProcessMetricsTests
{
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));

    [Fact]
    public void Instruments_OfTheInProcessEngine_AreAsPinnedAndInTheReadme() => InstrumentPin.Verify(
        static meters =>
        {
            using var engine = new InProcessEngine(new FakeTimeProvider(), Microsoft.Extensions.Options.Options.Create(new LiveStashOptions()), Microsoft.Extensions.Options.Options.Create(new InProcessEngineOptions()));
            InProcessMetrics.Observe(meters, engine);
        },
        "LiveStash.Instruments.txt",
        "src/LiveStash/README.md");

    [Fact]
    public async Task StashesAndSize_OfAHost_AreWhatItsEngineHolds()
    {
        await using var host = new ServiceCollection().AddLiveStashCore().Services.BuildServiceProvider();
        var engine = host.GetRequiredKeyedService<IStashEngine>(StashEngineNames.Memory);
        using var stashes = host.Metric<int>("livestash.memory.stashes");
        using var size = host.Metric<long>("livestash.memory.size");
        var (id, entry) = (StashId.New(), new StashEntry("a", new byte[100]));
        Assert.Equal((0, 0), (stashes.Now(), size.Now()));

        Assert.True((await engine.WriteAsync(id, new() { Epoch = 1, BaseVersion = 0, Replace = true, Changed = [entry], Terms = Terms })).IsOk);
        Assert.Equal((1, entry.Size), (stashes.Now(), size.Now()));

        Assert.True((await engine.ClearAsync(id, 1)).IsOk);
        Assert.Equal((0, 0), (stashes.Now(), size.Now()));
    }
}
