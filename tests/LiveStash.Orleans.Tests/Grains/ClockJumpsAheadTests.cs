using LiveStash.Orleans.Server.Storage;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Hosting;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>Somebody sets a silo's clock wrong, by more than stashes live. They are not gone for that.</summary>
public sealed class ClockJumpsAheadTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Jump = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _right = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
    private readonly MovedClock _clock;

    public ClockJumpsAheadTests() => _clock = new(_right);

    [Theory]
    [InlineData(StashDurability.Memory, null)]
    [InlineData(StashDurability.WriteBehind, null)]
    [InlineData(StashDurability.WriteThrough, null)]
    [InlineData(StashDurability.Memory, 6)]
    [InlineData(StashDurability.WriteThrough, 6)]
    public async Task ClockJumpsAhead_StashIsThereAndCanBeWritten(StashDurability durability, int? lifetimeHours)
    {
        await using var cluster = await StartAsync(durability);
        var owner = await WrittenAsync(cluster, lifetimeHours is { } hours ? TimeSpan.FromHours(hours) : null);
        var expected = "1";

        // Time goes by between the jumps, or the second would be one that is as wrong as the first.
        foreach (var ahead in new[] { Jump, TimeSpan.Zero, Jump * 9 })
        {
            _right.Advance(TimeSpan.FromMinutes(5));
            _clock.Ahead = ahead;

            Assert.Equal(expected, await owner.ReadAsync());
            Assert.True((await owner.WriteAsync(expected += "+")).IsOk);
            Assert.Equal(expected, await owner.ReadAsync());
        }
    }

    [Fact]
    public async Task ClockJumpsAhead_StashIsReadBackFromStorage_IsThere()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await WrittenAsync(cluster);
        await cluster.Grain(owner.Id).AsReference<global::Orleans.Core.Internal.IGrainManagementExtension>().DeactivateOnIdle();
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(cluster.Silos[0]) == 0, "the activation was gone");

        _clock.Ahead = Jump;

        Assert.Equal("1", await owner.ReadAsync());
    }

    [Fact]
    public async Task ClockJumpsAhead_LedgerAsks_RowStaysUntilItsTime()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var owner = await WrittenAsync(cluster);
        _clock.Ahead = Jump;
        await cluster.TickAsync(owner.Id);
        Assert.NotNull(cluster.Storage.Get<StashState>(StashCluster.GrainIdOf(owner.Id)));
        _clock.Ahead = TimeSpan.Zero;
        Assert.Equal("1", await owner.ReadAsync());

        _right.Advance(TimeSpan.FromHours(3));
        await cluster.TickAsync(owner.Id);

        Assert.Equal(0, cluster.Storage.Rows);
    }

    [Fact]
    public async Task ClockJumpsAhead_SiloStops_StashGetsToTheOther()
    {
        await using var cluster = await StartAsync(StashDurability.Memory, silos: 2);
        var owner = await WrittenAsync(cluster);
        _clock.Ahead = Jump;
        var holder = await StashCluster.ActivationsAsync(cluster.Silos[0]) == 1 ? cluster.Silos[0] : cluster.Silos[1];

        await cluster.Cluster.StopSiloAsync(holder);

        Assert.Equal("1", await owner.ReadAsync());
    }

    /// <summary>Whoever set the clock, the stash ends when it would have.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    [InlineData(600)]
    public async Task ClockJumpsAhead_OtherStashesAreUsed_EachEndsWhenItsTimeHasGoneBy(int minutes)
    {
        await using var cluster = await StartAsync(StashDurability.Memory);
        var (idle, used) = (await WrittenAsync(cluster), await WrittenAsync(cluster));
        _right.Advance(TimeSpan.FromMinutes(1));
        _clock.Ahead = TimeSpan.FromMinutes(minutes);
        Assert.True((await used.WriteAsync("2")).IsOk);

        for (var minute = 1; minute < 29; minute++)
        {
            _right.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal("2", await new Owner(cluster.ClientEngine(), new(Ttl), used.Id).ReadAsync());
        }

        Assert.Equal("1", await idle.ReadAsync());
        _right.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(nameof(StashOutcome.NotFound), await idle.ReadAsync());
        Assert.Equal("2", await used.ReadAsync());
        _right.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(nameof(StashOutcome.NotFound), await used.ReadAsync());
    }

    [Theory]
    [InlineData(StashDurability.Memory)]
    [InlineData(StashDurability.WriteThrough)]
    public async Task ClockJumpsAheadTwice_StashIsWrittenBetween_EndsWhenItsTimeHasGoneBy(StashDurability durability)
    {
        await using var cluster = await StartAsync(durability);
        _clock.Ahead = Jump;
        var owner = await WrittenAsync(cluster);
        _right.Advance(TimeSpan.FromMinutes(5));
        _clock.Ahead = Jump * 2;

        _right.Advance(TimeSpan.FromMinutes(24));
        Assert.Equal("1", await owner.ReadAsync());
        _right.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(nameof(StashOutcome.NotFound), await owner.ReadAsync());
    }

    /// <summary>By a jump beyond the end of its lifetime, and by one that stays short of it.</summary>
    [Theory]
    [InlineData(StashDurability.Memory, 600)]
    [InlineData(StashDurability.Memory, 20)]
    [InlineData(StashDurability.WriteThrough, 600)]
    [InlineData(StashDurability.WriteThrough, 20)]
    public async Task ClockJumpsAhead_StashWithALifetimeIsUsed_EndsWithItsLifetime(StashDurability durability, int minutes)
    {
        await using var cluster = await StartAsync(durability);
        var owner = await WrittenAsync(cluster, TimeSpan.FromHours(1));

        for (var minute = 1; minute < 60; minute++)
        {
            _right.Advance(TimeSpan.FromMinutes(1));
            _clock.Ahead = minute < 5 ? TimeSpan.Zero : TimeSpan.FromMinutes(minutes);
            Assert.Equal((minute, StashOutcome.Ok), (minute, await UseAsync(cluster, owner)));
        }

        _right.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(StashOutcome.NotFound, await UseAsync(cluster, owner));
    }

    [Theory]
    [InlineData(StashDurability.Memory)]
    [InlineData(StashDurability.WriteThrough)]
    public async Task ClockIsSetRight_StashWasWrittenWhileItWasAhead_EndsWhenItsTimeHasGoneBy(StashDurability durability)
    {
        await using var cluster = await StartAsync(durability);
        _clock.Ahead = Jump * 10;
        var owner = await WrittenAsync(cluster);
        _clock.Ahead = TimeSpan.Zero;

        _right.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal("1", await owner.ReadAsync());
        _right.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(nameof(StashOutcome.NotFound), await owner.ReadAsync());
    }

    [Fact]
    public async Task ClockIsSetRight_StashWasListedWhileItWasAhead_RowGoesInTime()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        _clock.Ahead = Jump * 10;
        var owner = await WrittenAsync(cluster);
        _clock.Ahead = TimeSpan.Zero;
        _right.Advance(Ttl + TimeSpan.FromMinutes(5));

        await cluster.TickAsync(owner.Id);

        Assert.Equal(0, cluster.Storage.Rows);
    }

    private static async Task<Owner> WrittenAsync(StashCluster cluster, TimeSpan? lifetime = null)
    {
        var owner = new Owner(cluster.ClientEngine(), new(Ttl) { Lifetime = lifetime });
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        return owner;
    }

    private static async Task<StashOutcome> UseAsync(StashCluster cluster, Owner owner) =>
        (await cluster.ClientEngine().OpenAsync(owner.Id, StashOpenMode.Use, new(Ttl))).Outcome;

    private Task<StashCluster> StartAsync(StashDurability durability, int silos = 1) => StashCluster.StartAsync(
        silos,
        options =>
        {
            options.DefaultDurability = durability;
            options.StorageTimeout = TimeSpan.FromSeconds(10);
        },
        configureSilo: silo => silo.Services.AddKeyedSingleton<TimeProvider>(StashGrainOptions.TimeProviderKey, _clock));
}
