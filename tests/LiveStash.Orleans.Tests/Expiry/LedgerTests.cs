using System.Diagnostics;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Expiry;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;
using Orleans;
using Orleans.Core.Internal;
using Orleans.Hosting;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Expiry;

/// <summary>The ledger: what it writes, and what a fault at each of its steps leaves. At the end nothing is left, in every case.</summary>
public sealed class LedgerTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);
    private static readonly StashTerms Terms = new(Ttl, StashDurability.WriteThrough);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));

    [Fact]
    public async Task List_ThousandAtOnce_IsAFewWritesOfSheetsThatAreFull()
    {
        var calls = 0;
        await using var cluster = await StartAsync(configureSilo: silo => silo.AddIncomingGrainCallFilter(call =>
        {
            if (call.MethodName == nameof(ILedgerGrain.ListAsync))
            {
                Interlocked.Increment(ref calls);
            }

            return call.Invoke();
        }));
        var ledger = Ledger(cluster, StashId.New());
        var started = cluster.Storage.Ledgers.Gate = new();
        var listing = Enumerable.Range(0, 1024).Select(_ => ledger.ListAsync(StashAddress.KeyOf(StashId.New()), Ttl).AsTask()).ToArray();
        await Until.TrueAsync(() => Volatile.Read(ref calls) >= 1024, "all had come while the first write was under way");
        cluster.Storage.Ledgers.Gate = null;
        started.SetResult();

        Assert.All(await Task.WhenAll(listing), Assert.Null);

        // A head and a sheet for each 128, and the sheet of the first one, which was under way.
        Assert.InRange(cluster.Storage.Ledgers.Writes, 16, 18);
        Assert.Equal(1 + (1024 / 128), cluster.Storage.Ledgers.Rows);
    }

    [Fact]
    public async Task Sweep_MostOfManySheetsHaveExpired_TheRestIsInFewSheets()
    {
        const int Count = 2000;
        await using var cluster = await StartAsync();
        var engine = cluster.ClientEngine();
        var ledger = Ledger(cluster, StashId.New());
        var ids = InLedger(cluster, ledger).Take(Count).ToArray();
        var living = new List<Owner>();
        for (var i = 0; i < Count; i++)
        {
            var owner = new Owner(engine, i % 100 == 0 ? Terms with { TimeToLive = Ttl * 10 } : Terms, ids[i]);
            Assert.True((await owner.ReplaceAsync("1")).IsOk);
            if (i % 100 == 0)
            {
                living.Add(owner);
            }
        }

        Assert.InRange(cluster.Storage.Ledgers.Rows, 1 + (Count / 128), 2 + (Count / 128));
        _time.Advance(Ttl * 1.2);

        await Until.TrueAsync(
            async () =>
            {
                await StashCluster.TickAsync(ledger, LedgerGrain.ReminderName);
                return cluster.Storage.Rows == living.Count;
            },
            "the expired ones were gone");
        await Until.TrueAsync(() => cluster.Left == (living.Count, 2, 1), "the rest was in one sheet");
        foreach (var owner in living)
        {
            Assert.Equal("1", await owner.ReadAsync());
        }

        _time.Advance(Ttl * 12);
        await EndsAsync(cluster, ledger);
    }

    [Theory]
    [InlineData(Fault.Before)]
    [InlineData(Fault.After)]
    public async Task List_WriteOfLedgerFails_StashIsRefusedWithTheReasonAndNothingIsLeft(Fault fault)
    {
        await using var cluster = await StartAsync();
        var owner = new Owner(cluster.ClientEngine(), Terms);
        Set(cluster, fault, new IOException("disk full"));

        var refused = await owner.ReplaceAsync("1");

        Assert.Equal(StashOutcome.Unavailable, refused.Outcome);
        Assert.Contains("disk full", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(0, cluster.Storage.Rows);
        Set(cluster, fault, null);
        Assert.True((await owner.ReplaceAsync("2")).IsOk);
        _time.Advance(Ttl);
        await EndsAsync(cluster, Ledger(cluster, owner.Id));
    }

    [Fact]
    public async Task List_CrashBetweenHeadAndSheet_TheEmptyNameIsRemoved()
    {
        await using var cluster = await StartAsync();
        var id = StashId.New();
        var ledger = Ledger(cluster, id);
        await cluster.Storage.Ledgers.WriteStateAsync(
            LedgerGrain.StateName, ledger.GetGrainId(), new GrainState<LedgerState>(new() { Sheets = ["00112233aabbccdd"], Due = [0] }));

        await EndsAsync(cluster, ledger);
    }

    [Fact]
    public async Task List_CrashBeforeTheStashIsWritten_TheListingIsRemoved()
    {
        await using var cluster = await StartAsync();
        var id = StashId.New();
        var ledger = Ledger(cluster, id);
        Assert.Null(await ledger.ListAsync(StashAddress.KeyOf(id), Ttl));
        Assert.Equal((0, 2, 1), cluster.Left);
        _time.Advance(Ttl);

        await EndsAsync(cluster, ledger);
    }

    [Theory]
    [InlineData(Fault.Before)]
    [InlineData(Fault.After)]
    public async Task Sweep_LedgerStorageFailsAtAnyStep_TheNextOnesFinish(Fault fault)
    {
        await using var cluster = await StartAsync();
        var engine = cluster.ClientEngine();
        var ledger = Ledger(cluster, StashId.New());
        foreach (var id in InLedger(cluster, ledger).Take(300))
        {
            Assert.True((await new Owner(engine, Terms, id).ReplaceAsync("1")).IsOk);
        }

        _time.Advance(Ttl * 1.2);
        for (var step = 0; cluster.Left != (0, 0, 0); step++)
        {
            Assert.True(step < 100, $"{cluster.Left} is left.");

            // Each tick gets one step further than the one before.
            cluster.Storage.Ledgers.FailAfter(step, fault == Fault.After);
            await StashCluster.TickAsync(ledger, LedgerGrain.ReminderName);
            cluster.Storage.Ledgers.FailAfter(int.MaxValue, false);
            _time.Advance(RetryAfter);
        }
    }

    [Fact]
    public async Task Sweep_ReminderTableFailsAtTheEnd_TheReminderGoesWithALaterTick()
    {
        await using var cluster = await StartAsync();
        var owner = new Owner(cluster.ClientEngine(), Terms);
        await owner.ReplaceAsync("1");
        _time.Advance(Ttl);
        cluster.Reminders.Failure = new IOException("no table");
        await cluster.TickAsync(owner.Id);
        Assert.Equal(1, cluster.Reminders.Rows);

        cluster.Reminders.Failure = null;
        await EndsAsync(cluster, Ledger(cluster, owner.Id));
    }

    [Fact]
    public async Task ReminderTable_Hangs_ListedStashesGoOnAndNewOnesAreRefusedInTime()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMilliseconds(500));
        var engine = cluster.ClientEngine();
        var owner = new Owner(engine, Terms);

        // The first of all compiles what it meets, which a machine under load may not do within that time.
        await Until.TrueAsync(async () => (await owner.ReplaceAsync("1")).IsOk, "it is there");
        var gate = cluster.Reminders.Gate = new();
        var known = new Owner(engine, Terms, InLedger(cluster, Ledger(cluster, owner.Id)).First());
        var unknown = new Owner(engine, Terms, StashIds().First(id => !Ledger(cluster, id).Equals(Ledger(cluster, owner.Id))));

        Assert.True((await owner.WriteAsync("2")).IsOk);
        await Until.TrueAsync(async () => (await known.ReplaceAsync("1")).IsOk, "another of a ledger that is reminded is there");
        var started = Stopwatch.GetTimestamp();
        var refused = await unknown.ReplaceAsync("1");

        Assert.Equal(StashOutcome.Unavailable, refused.Outcome);
        Assert.Contains("listed", refused.Detail, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(2, cluster.Storage.Rows);
        cluster.Reminders.Gate = null;
        gate.SetResult();
        await Until.TrueAsync(async () => (await unknown.ReplaceAsync("1")).IsOk, "the new one was listed");
    }

    [Fact]
    public async Task TwoActivations_OfOneLedger_NoneForgetsWhatTheOtherListed()
    {
        await using var cluster = await StartAsync();
        var engine = cluster.ClientEngine();
        var owner = new Owner(engine, Terms);
        var ledger = Ledger(cluster, owner.Id);
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        var other = InLedger(cluster, ledger).First();

        // As another activation would: it has its own sheet, and has written the head.
        await OtherListsAsync(cluster, ledger, other);
        Assert.True((await new Owner(engine, Terms, InLedger(cluster, ledger).First()).ReplaceAsync("1")).IsOk);
        _time.Advance(Ttl);

        await StashCluster.TickAsync(ledger, LedgerGrain.ReminderName);
        await EndsAsync(cluster, ledger);
        Assert.DoesNotContain(cluster.Storage.Ledgers.Ids, id => id.Type.ToString() == LedgerGrain.SheetTypeName);
    }

    [Fact]
    public async Task TwoActivations_OneEmptiesTheLedgerTheOtherKnows_TheNextListingIsSwept()
    {
        await using var cluster = await StartAsync();
        var engine = cluster.ClientEngine();
        var owner = new Owner(engine, Terms);
        var ledger = Ledger(cluster, owner.Id);
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        foreach (var id in cluster.Storage.Ledgers.Ids.ToArray())
        {
            cluster.Storage.Ledgers.Remove(id);
        }

        await cluster.Reminders.TestOnlyClearTable();

        Assert.True((await new Owner(engine, Terms, InLedger(cluster, ledger).First()).ReplaceAsync("1")).IsOk);

        Assert.Equal((2, 2, 1), cluster.Left);
    }

    [Fact]
    public async Task SiloStops_InTheMiddleOfASweep_TheOtherFinishesIt()
    {
        await using var cluster = await StartAsync(silos: 2);
        var engine = cluster.ClientEngine();
        var ledger = Ledger(cluster, StashId.New());
        foreach (var id in InLedger(cluster, ledger).Take(200))
        {
            Assert.True((await new Owner(engine, Terms, id).ReplaceAsync("1")).IsOk);
        }

        _time.Advance(Ttl * 1.2);
        var gate = cluster.Storage.Gate = new();
        var tick = StashCluster.TickAsync(ledger, LedgerGrain.ReminderName);
        await Until.TrueAsync(() => cluster.Storage.Clears > 0, "the sweep was under way");
        var management = cluster.Cluster.Client.GetGrain<IManagementGrain>(0);
        var address = await management.GetActivationAddress(ledger);
        var stopping = cluster.Cluster.StopSiloAsync(cluster.Silos.Single(silo => silo.SiloAddress.Equals(address)));
        cluster.Storage.Gate = null;
        gate.SetResult();
        await stopping;
        await tick.ContinueWith(static _ => { }, TaskScheduler.Default);

        await EndsAsync(cluster, ledger);
    }

    [Fact]
    public async Task TimeToLive_BelowTheReminderFloor_GoneWithinTwoTicks()
    {
        await using var cluster = await StartAsync();
        var owner = new Owner(cluster.ClientEngine(), Terms with { TimeToLive = TimeSpan.FromSeconds(1) });
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        _time.Advance(TimeSpan.FromSeconds(30));
        await cluster.TickAsync(owner.Id);
        Assert.Equal(1, cluster.Reminders.Rows);

        _time.Advance(TimeSpan.FromSeconds(30));
        await cluster.TickAsync(owner.Id);

        Assert.Equal((0, 0, 0), cluster.Left);
    }

    public enum Fault
    {
        Before,
        After,
    }

    private static ILedgerGrain Ledger(StashCluster cluster, StashId id) => LedgerGrain.Of(StashCluster.GrainIdOf(id), cluster.Cluster.Client);

    private static IEnumerable<StashId> StashIds()
    {
        while (true)
        {
            yield return StashId.New();
        }
    }

    private static IEnumerable<StashId> InLedger(StashCluster cluster, ILedgerGrain ledger) => StashIds().Where(id => Ledger(cluster, id).Equals(ledger));

    private static void Set(StashCluster cluster, Fault fault, Exception? failure)
    {
        var ledgers = cluster.Storage.Ledgers;
        (ledgers.WriteFailure, ledgers.AnswerFailure) = (fault == Fault.Before ? failure : null, fault == Fault.After ? failure : null);
    }

    private static async Task OtherListsAsync(StashCluster cluster, ILedgerGrain ledger, StashId id)
    {
        const string Sheet = "ffeeddccbbaa9988";
        cluster.Storage.Ledgers.Overwrite<LedgerState>(ledger.GetGrainId(), head => new() { Sheets = [.. head.Sheets, Sheet], Due = [.. head.Due, 0] });
        await cluster.Storage.Ledgers.WriteStateAsync(
            LedgerGrain.SheetStateName,
            GrainId.Create(LedgerGrain.SheetTypeName, $"{ledger.GetPrimaryKeyString()}-{Sheet}"),
            new GrainState<SheetState>(new() { Keys = [StashAddress.KeyOf(id)], Due = [0] }));
    }

    /// <summary>Ticks, some minutes apart, until nothing is left.</summary>
    private async Task EndsAsync(StashCluster cluster, ILedgerGrain ledger)
    {
        for (var tick = 0; cluster.Left != (0, 0, 0); tick++)
        {
            Assert.True(tick < 20, $"{cluster.Left} is left.");
            await StashCluster.TickAsync(ledger, LedgerGrain.ReminderName);
            _time.Advance(RetryAfter);
        }
    }

    private Task<StashCluster> StartAsync(TimeSpan? timeout = null, int silos = 1, Action<ISiloBuilder>? configureSilo = null) =>
        StashCluster.StartAsync(silos, options => options.StorageTimeout = timeout ?? TimeSpan.FromSeconds(10), _time, configureSilo: configureSilo);
}
