using System.Collections.Concurrent;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Expiry;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orleans.Hosting;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>Owners on different servers, durability by stash, placement, and numbers.</summary>
public sealed class StashGrainTests
{
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));
    private static readonly StashTerms InMemory = Terms with { Durability = StashDurability.Memory };
    private static readonly StashTerms Durable = Terms with { Durability = StashDurability.WriteThrough };

    [Fact]
    public async Task TwoServers_OneTab_TheFormerOwnerIsRefusedAndChangesNothing()
    {
        await using var cluster = await StashCluster.StartAsync(silos: 2, withStorage: false);
        var zombie = new Owner(StashCluster.CohostedEngine(cluster.Silos[0]), Terms);
        await zombie.ReplaceAsync("1");
        var owner = await zombie.OwnAsync(by: StashCluster.CohostedEngine(cluster.Silos[1]));

        Assert.Equal(StashOutcome.Superseded, (await zombie.WriteAsync("zombie")).Outcome);
        Assert.Equal(StashOutcome.Superseded, (await zombie.ReplaceAsync("zombie")).Outcome);
        Assert.Equal(StashOutcome.Superseded, (await zombie.TouchAsync()).Outcome);
        Assert.Equal(StashOutcome.Superseded, (await zombie.ClearAsync()).Outcome);

        Assert.Equal("1", await owner.ReadAsync());
        Assert.True((await owner.WriteAsync("2")).IsOk);
        Assert.Equal("2", await zombie.ReadAsync());
    }

    [Theory]
    [InlineData(StashDurability.Memory)]
    [InlineData(StashDurability.WriteThrough)]
    public async Task OpenAsync_ToReadWhatIsNotThere_LeavesNoActivationAndWhoMakesItThenHasIt(StashDurability durability)
    {
        await using var cluster = await StashCluster.StartAsync();
        var owner = new Owner(cluster.ClientEngine(), Terms with { Durability = durability });

        Assert.Equal("NotFound", await owner.ReadAsync());
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the activation is gone");

        for (var i = 0; i < 50; i++)
        {
            // At once, into the end of the activation.
            var next = new Owner(cluster.ClientEngine(), Terms with { Durability = durability });
            Assert.Equal("NotFound", await next.ReadAsync());
            Assert.True((await next.ReplaceAsync("1")).IsOk);
            Assert.Equal("1", await next.ReadAsync());
        }
    }

    [Fact]
    public async Task Durable_AskedForByOneStash_IsStoredWhileOthersAreNot()
    {
        await using var cluster = await StashCluster.StartAsync();
        var engine = cluster.ClientEngine();
        var durable = new Owner(engine, Durable);
        await durable.ReplaceAsync("1");
        await new Owner(engine, Terms).ReplaceAsync("2");

        Assert.Equal(1, cluster.Storage.Rows);
        Assert.True(cluster.Storage.HasRow(StashCluster.GrainIdOf(durable.Id)));
    }

    [Fact]
    public async Task Durable_ThenLessIsAskedFor_StaysDurableUntilItIsGone()
    {
        await using var cluster = await StashCluster.StartAsync();
        var engine = cluster.ClientEngine();
        var owner = new Owner(engine, Durable);
        var row = StashCluster.GrainIdOf(owner.Id);
        await owner.ReplaceAsync("1");
        var expiry = cluster.Storage.Get<StashState>(row)!.ExpiresAt;

        Assert.True((await owner.TouchAsync(InMemory)).IsOk);
        Assert.True(cluster.Storage.Get<StashState>(row)!.ExpiresAt > expiry);

        Assert.True((await owner.ClearAsync()).IsOk);
        var writes = cluster.Storage.Writes;
        Assert.True((await new Owner(engine, InMemory, owner.Id).ReplaceAsync("2")).IsOk);
        Assert.Equal((writes, 0), (cluster.Storage.Writes, cluster.Storage.Rows));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnyCall_RefusedForItsArguments_LeavesTheStashInMemory(bool withoutName)
    {
        await using var cluster = await StashCluster.StartAsync();
        var owner = new Owner(cluster.ClientEngine(), InMemory);
        await owner.ReplaceAsync("1");
        var grain = cluster.Grain(owner.Id);
        var endless = new WireTerms { TimeToLive = TimeSpan.MaxValue, Durability = (int)StashDurability.WriteThrough };

        if (withoutName)
        {
            StashWrite write = new() { Epoch = 1, BaseVersion = 1, Changed = [new(null!, default)], Terms = Durable };
            await Assert.ThrowsAsync<ArgumentException>(() => grain.WriteAsync(new(owner.Id, default, write)).AsTask());
        }
        else
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.OpenAsync(new() { Secret = StashAddress.SecretOf(owner.Id), Terms = endless }).AsTask());
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.TouchAsync(new() { Secret = StashAddress.SecretOf(owner.Id), Epoch = 1, Terms = endless }).AsTask());
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.WriteAsync(new(owner.Id, default, new() { Epoch = 1, BaseVersion = 1, Terms = new(TimeSpan.MaxValue, StashDurability.WriteThrough) })).AsTask());
        }

        Assert.True((await owner.WriteAsync("2")).IsOk);
        Assert.Equal((0, "2"), (cluster.Storage.Rows, await owner.ReadAsync()));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(WireNumbers.Max + 1)]
    public async Task AnyCall_NumberThatNoOwnerCanHave_IsRefusedAndTheNextOpenCountsOn(long impossible)
    {
        await using var cluster = await StashCluster.StartAsync();
        var owner = new Owner(cluster.ClientEngine(), InMemory);
        await owner.ReplaceAsync("1");
        var grain = cluster.Grain(owner.Id);
        StashWrite write = new() { Epoch = 1, BaseVersion = 1, Replace = true, Changed = [], Terms = InMemory };

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.WriteAsync(new(owner.Id, default, write with { Epoch = impossible })).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.WriteAsync(new(owner.Id, default, write with { BaseVersion = impossible })).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.TouchAsync(new(owner.Id, impossible, InMemory)).AsTask());

        var opened = await grain.OpenAsync(new(owner.Id, default, StashOpenMode.Own, InMemory));
        Assert.Equal((2, 1), (opened.Epoch, opened.Version));
    }

    [Theory]
    [InlineData(99)]
    [InlineData(3)]
    [InlineData(-1)]
    public async Task AnyCall_DurabilityThatThereIsNot_IsRefusedAndTheStashStaysInMemory(int impossible)
    {
        await using var cluster = await StashCluster.StartAsync();
        var owner = new Owner(cluster.ClientEngine(), InMemory);
        await owner.ReplaceAsync("1");
        var grain = cluster.Grain(owner.Id);
        var terms = Terms with { Durability = (StashDurability)impossible };
        StashWrite write = new() { Epoch = 1, BaseVersion = 1, Replace = true, Changed = [], Terms = terms };

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.WriteAsync(new(owner.Id, default, write)).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.TouchAsync(new(owner.Id, 1, terms)).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.OpenAsync(new(owner.Id, default, StashOpenMode.Own, terms)).AsTask());

        Assert.True((await owner.WriteAsync("2")).IsOk);
        Assert.Equal((0, "2"), (cluster.Storage.Rows, await owner.ReadAsync()));
    }

    [Fact]
    public async Task InMemory_ThenDurableIsAskedFor_IsStoredWithItsContent()
    {
        await using var cluster = await StashCluster.StartAsync();
        var engine = cluster.ClientEngine();
        var owner = new Owner(engine, InMemory);
        await owner.ReplaceAsync("1");
        Assert.Equal(0, cluster.Storage.Calls);

        Assert.True((await owner.TouchAsync(Durable)).IsOk);

        Assert.Equal(owner.Version, cluster.Storage.Get<StashState>(StashCluster.GrainIdOf(owner.Id))!.Version);
        Assert.Equal("1", await owner.ReadAsync());
    }

    [Fact]
    public async Task InMemory_ThenDurableIsAskedForAndStorageFails_StaysAsItWas()
    {
        await using var cluster = await StashCluster.StartAsync();
        var owner = new Owner(cluster.ClientEngine(), InMemory);
        await owner.ReplaceAsync("1");
        cluster.Storage.ReadFailure = new IOException("no connection");

        Assert.Equal(StashOutcome.Unavailable, (await owner.TouchAsync(Durable)).Outcome);

        Assert.True((await owner.WriteAsync("2")).IsOk);
        Assert.Equal("2", await owner.ReadAsync());
    }

    [Theory]
    [InlineData("open", null)]
    [InlineData("touch", null)]
    [InlineData("write", null)]
    [InlineData("open", StashDurability.Memory)]
    [InlineData("touch", StashDurability.Memory)]
    [InlineData("write", StashDurability.Memory)]
    public async Task AnyCall_LessIsAskedForThanWhenItWasStored_IsFound(string call, StashDurability? asked)
    {
        // As after a rolling restart with another default, or on another page of the same tab.
        var terms = Terms with { Durability = asked };
        await using var cluster = await StashCluster.StartAsync();
        var engine = cluster.ClientEngine();
        var owner = new Owner(engine, Terms with { Durability = StashDurability.WriteThrough });
        await owner.ReplaceAsync("1");
        await cluster.Grain(owner.Id).AsReference<global::Orleans.Core.Internal.IGrainManagementExtension>().DeactivateOnIdle();
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the activation was gone");
        var later = new Owner(engine, terms, owner.Id) { Version = owner.Version };

        var outcome = call switch
        {
            "open" => (await engine.OpenAsync(owner.Id, StashOpenMode.Own, terms)).Outcome,
            "touch" => (await later.TouchAsync()).Outcome,
            _ => (await later.WriteAsync("2")).Outcome,
        };

        Assert.Equal(StashOutcome.Ok, outcome);
    }

    [Fact]
    public async Task Durable_AskedForWithoutStorage_UnavailableWithTheLineToAdd()
    {
        await using var cluster = await StashCluster.StartAsync(withStorage: false);
        var owner = new Owner(cluster.ClientEngine(), InMemory);
        await owner.ReplaceAsync("1");

        var refused = await owner.TouchAsync(Durable);

        Assert.Equal(StashOutcome.Unavailable, refused.Outcome);
        Assert.Contains("AddAdoNetGrainStorage(\"LiveStash\"", refused.Detail, StringComparison.Ordinal);
        Assert.Contains("UseAdoNetReminderService", refused.Detail, StringComparison.Ordinal);
        Assert.Equal("1", await owner.ReadAsync());
        Assert.True((await owner.ClearAsync()).IsOk);
    }

    [Fact]
    public async Task ClearAsync_OnAnActivationThatWasToldNothing_DeletesTheRow()
    {
        await using var cluster = await StashCluster.StartAsync();
        var owner = new Owner(cluster.ClientEngine(), Durable);
        await owner.ReplaceAsync("1");
        await cluster.Grain(owner.Id).AsReference<global::Orleans.Core.Internal.IGrainManagementExtension>().DeactivateOnIdle();
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the activation was gone");

        Assert.True((await owner.ClearAsync()).IsOk);

        Assert.Equal(0, cluster.Storage.Rows);
        Assert.Equal("NotFound", await owner.ReadAsync());
    }

    [Fact]
    public async Task ClearAsync_RefusedOnAStashInMemory_StoresNothing()
    {
        await using var cluster = await StashCluster.StartAsync(configure: static options => options.FlushInterval = TimeSpan.FromMilliseconds(20));
        var engine = cluster.ClientEngine();
        var zombie = new Owner(engine, InMemory);
        await zombie.ReplaceAsync("1");
        await zombie.OwnAsync();

        Assert.Equal(StashOutcome.Superseded, (await zombie.ClearAsync()).Outcome);

        // Another, which is flushed after it would have been.
        var flushed = new Owner(engine, Terms with { Durability = StashDurability.WriteBehind });
        await flushed.ReplaceAsync("2");
        await Until.TrueAsync(() => cluster.Storage.Rows > 0, "the other is stored");
        Assert.False(cluster.Storage.HasRow(StashCluster.GrainIdOf(zombie.Id)));
    }

    [Fact]
    public async Task ClearAsync_ProviderKeepsTheRow_IsGoneAllTheSameAndTheOperatorIsTold()
    {
        var log = new Log();
        await using var cluster = await StashCluster.StartAsync(
            configure: options => options.DefaultDurability = StashDurability.WriteThrough,
            configureSilo: silo => silo.ConfigureLogging(logging => logging.AddProvider(log)));
        cluster.Storage.KeepsClearedRows = true;
        for (var i = 0; i < 2; i++)
        {
            var owner = new Owner(cluster.ClientEngine(), Terms);
            await owner.ReplaceAsync("1");
            Assert.True((await owner.ClearAsync()).IsOk);
            Assert.Equal("NotFound", await owner.ReadAsync());

            Assert.True((await owner.ReplaceAsync("2")).IsOk);
            Assert.Equal("2", await owner.ReadAsync());
            Assert.DoesNotContain(log.Messages, message => message.Contains(owner.Id.ToString(), StringComparison.Ordinal));
        }

        Assert.Single(log.Messages, message => message.Contains("DeleteStateOnClear", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OrleansOwnMemoryStorage_AnyContent_ComesBackFromItsSerializer()
    {
        await using var cluster = await StashCluster.StartAsync(
            configure: options => options.DefaultDurability = StashDurability.WriteThrough,
            withStorage: false,
            configureSilo: silo => silo.AddMemoryGrainStorage(StashGrainOptions.StorageName).UseInMemoryReminderService());
        var engine = cluster.ClientEngine();
        var id = StashId.New();
        StashEntry[] entries = [new("\0 \u2028 日本 \"'<>\\", new byte[] { 0, 255, 1 }), new("empty", default), new("part", new byte[] { 1, 2, 3, 4 }.AsMemory(1, 2))];
        Assert.True((await engine.WriteAsync(id, new() { Epoch = 3, BaseVersion = 0, Replace = true, Changed = entries, Terms = Terms })).IsOk);
        await cluster.Grain(id).AsReference<global::Orleans.Core.Internal.IGrainManagementExtension>().DeactivateOnIdle();
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the activation was gone");

        var opened = await engine.OpenAsync(id, StashOpenMode.Own, Terms);

        Assert.Equal((StashOutcome.Ok, 4, 1), (opened.Outcome, opened.Epoch, opened.Version));
        Assert.Equal(
            entries.OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(entry => (entry.Name, Convert.ToHexString(entry.Value.Span))),
            opened.Entries.Select(entry => (entry.Name, Convert.ToHexString(entry.Value.Span))));
        Assert.True((await engine.ClearAsync(id, 4)).IsOk);
        Assert.Equal(StashOutcome.NotFound, (await engine.OpenAsync(id, StashOpenMode.Own, Terms)).Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Placement_AsConfigured_LocalOrSpread(bool isSpread)
    {
        await using var cluster = await StashCluster.StartAsync(
            silos: 2,
            options => options.Placement = isSpread ? new RandomPlacement() : options.Placement,
            withStorage: false);
        await new LoadWriter(StashCluster.CohostedEngine(cluster.Silos[0]), stashes: 200, Terms).CreateAsync();

        var local = await StashCluster.ActivationsAsync(cluster.Silos[0]);

        Assert.Equal(200, local + await StashCluster.ActivationsAsync(cluster.Silos[1]));
        Assert.Equal(isSpread, local is > 0 and < 200);
        Assert.Equal(!isSpread, local == 200);
    }

    [Theory]
    [InlineData(StashDurability.Memory)]
    [InlineData(StashDurability.WriteThrough)]
    public async Task TenThousandStashes_CreatedReadAndExpired_LeaveNothing(StashDurability durability)
    {
        const int Count = 10_000;
        var time = new FakeTimeProvider(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
        await using var cluster = await StashCluster.StartAsync(
            silos: 2,
            options =>
            {
                options.DefaultDurability = durability;

                // Also of the reminder table, which is asked again after that; here it is to be asked once.
                options.StorageTimeout = TimeSpan.FromMinutes(1);
            },
            time);
        var writer = new LoadWriter(cluster.ClientEngine(), Count, Terms);

        await writer.CreateAsync();

        Assert.Empty(writer.Failures);
        Assert.Empty(await writer.LostAsync());
        var durable = durability == StashDurability.Memory ? 0 : Count;
        Assert.Equal(durable, cluster.Storage.Rows);
        Assert.Equal(durable == 0 ? 0 : LedgerGrain.Count, cluster.Reminders.Rows);

        time.Advance(Terms.TimeToLive);
        Assert.Equal(Count, (await writer.LostAsync()).Count);
        Assert.Equal(0, cluster.Storage.Rows);
        await Until.TrueAsync(
            async () =>
            {
                // Full sheets are looked at once for many, a little later.
                time.Advance(Terms.TimeToLive / 8);
                await Task.WhenAll(writer.Ids.Take(1000).Select(cluster.TickAsync));
                return cluster.Left == (0, 0, 0);
            },
            "no ledger was left",
            TimeSpan.FromMinutes(1));
    }

    private sealed class Log : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Messages { get; } = new();

        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("LiveStash", StringComparison.Ordinal)
            ? this
            : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Enqueue(formatter(state, exception));

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
