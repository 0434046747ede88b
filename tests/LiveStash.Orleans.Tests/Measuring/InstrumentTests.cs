using LiveStash.Orleans.Server.Storage;
using Microsoft.Extensions.Time.Testing;
using Orleans;

namespace LiveStash.Orleans.Tests.Measuring;

public sealed class InstrumentTests
{
    [Fact]
    public void Instruments_OfTheCallingSide_AreAsPinnedAndInTheReadme() => InstrumentPin.Verify(
        static meters =>
        {
            var metrics = new LiveStash.Orleans.Measuring.StashMetrics(meters);
            metrics.Repeated("write", isCopy: false);
            metrics.Repeated("write", isCopy: true);
            metrics.Withheld("write");
        },
        "LiveStash.Orleans.Instruments.txt",
        "src/LiveStash.Orleans/README.md");

    [Fact]
    public void Measure_NobodyListens_AllocatesNothing()
    {
        var client = new LiveStash.Orleans.Measuring.StashMetrics(Meters.Create());
        var silo = new LiveStash.Orleans.Server.Measuring.StashMetrics(Meters.Create(), new FakeTimeProvider());
        var (held, since) = (0, 0);
        Use();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Use();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Use()
        {
            client.Repeated("write", isCopy: false);
            silo.Holds(ref held, held == 0 ? 100 : null);
            silo.Owes(ref since, isUnstored: true);
            silo.Called("write", StashOutcome.Ok, silo.CallStarts());
            silo.Opened(TimeSpan.FromSeconds(1));
            silo.Stored(StorageOperation.Write, RowKind.Stash, StorageOutcome.Ok, isTimeout: false, silo.Now());
            silo.Expired(isRow: false);
            silo.Migrated(isArrival: true);
        }
    }

    [Fact]
    public void Instruments_OfTheSilo_AreAsPinnedAndInTheReadme() => InstrumentPin.Verify(
        static meters =>
        {
            var metrics = new LiveStash.Orleans.Server.Measuring.StashMetrics(meters, new FakeTimeProvider());
            metrics.Called("write", StashOutcome.Ok, metrics.CallStarts());
            metrics.Opened(TimeSpan.FromSeconds(1));
            metrics.Stored(StorageOperation.Read, RowKind.Stash, StorageOutcome.Ok, isTimeout: false, metrics.Now());
            metrics.ListingStarts();
            metrics.ListingEnds(isListed: true);
            metrics.Asked(null);
            metrics.Swept(isDone: true);
            metrics.Expired(isRow: true);
            metrics.Migrated(isArrival: true);
            metrics.Lost(1, DeactivationReasonCode.ShuttingDown);
        },
        "LiveStash.Orleans.Server.Instruments.txt",
        "src/LiveStash.Orleans.Server/README.md");
}
