using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Clocks;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans;
using Orleans.Core.Internal;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>Of two silos one has a clock that is wrong, for longer than stashes live. What the other keeps alive is not gone for that, and has an end all the same.</summary>
public sealed class ClocksDifferTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
    private readonly List<MovedClock> _clocks = [];

    [Theory]
    [InlineData(StashDurability.Memory, false)]
    [InlineData(StashDurability.Memory, true)]
    [InlineData(StashDurability.WriteBehind, false)]
    public async Task ClockIsAhead_StashIsHandedToItsSilo_IsThere(StashDurability durability, bool isAheadFromItsStart)
    {
        await using var cluster = await StartAsync(durability, isAheadFromItsStart ? Ahead : TimeSpan.Zero);
        var (wrong, right) = SilosOf(cluster);
        Set(wrong, Ahead);
        var owner = await KeptAliveAsync(right);
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(right) == 1, "it was on the right silo");

        await cluster.Cluster.StopSiloAsync(right);

        Assert.Equal("1", await owner.ReadAsync(StashCluster.CohostedEngine(wrong)));
    }

    [Fact]
    public async Task ClockIsAhead_StashIsReadFromStorageOnItsSilo_IsThereAndStays()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var (wrong, right) = SilosOf(cluster);
        Set(wrong, Ahead);
        var owner = await KeptAliveAsync(right);

        Assert.Equal("1", await ReadAnewAsync(owner, right, wrong));
        _time.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal("1", await owner.ReadAsync());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(nameof(StashOutcome.NotFound), await owner.ReadAsync());
        Assert.Equal(0, cluster.Storage.Rows);
    }

    /// <summary>To this silo that looks as if its clock were ahead by ten minutes now. So much later it ends at most.</summary>
    [Fact]
    public async Task ClockWasBehind_StashIsReadFromStorageOnItsSilo_EndsLaterByThatAtMost()
    {
        var behind = TimeSpan.FromMinutes(-10);
        await using var cluster = await StartAsync(StashDurability.WriteThrough, behind);
        var (wrong, right) = SilosOf(cluster);
        _time.Advance(TimeSpan.FromMinutes(1));
        Set(wrong, TimeSpan.Zero);
        var owner = await KeptAliveAsync(right);

        _time.Advance(Ttl - behind);

        Assert.Equal(nameof(StashOutcome.NotFound), await ReadAnewAsync(owner, right, wrong));
        Assert.Equal(0, cluster.Storage.Rows);
    }

    [Fact]
    public async Task ClockIsAhead_ItsSiloHandsAStashToAnother_EndsThereWhenItsTimeHasGoneBy()
    {
        await using var cluster = await StartAsync(StashDurability.Memory);
        var (wrong, right) = SilosOf(cluster);
        Set(wrong, Ahead);
        var owner = await KeptAliveAsync(wrong);
        _time.Advance(TimeSpan.FromMinutes(10));

        await cluster.Cluster.StopSiloAsync(wrong);

        _time.Advance(TimeSpan.FromMinutes(19));
        Assert.Equal("1", await owner.ReadAsync(StashCluster.CohostedEngine(right)));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(nameof(StashOutcome.NotFound), await owner.ReadAsync(StashCluster.CohostedEngine(right)));
    }

    /// <summary>Kept alive by its page for longer than the wrong clock is ahead; now is when it was reached last.</summary>
    private async Task<Owner> KeptAliveAsync(InProcessSiloHandle silo)
    {
        var owner = new Owner(StashCluster.CohostedEngine(silo), new(Ttl));
        Assert.True((await owner.ReplaceAsync("1")).IsOk);
        for (var minutes = 0; minutes < 80; minutes += 10)
        {
            _time.Advance(TimeSpan.FromMinutes(10));
            Assert.True((await owner.TouchAsync()).IsOk);
        }

        return owner;
    }

    /// <summary>Has the stash leave one silo and read from storage on the other, which has not called it before: a call that it sent where the stash was would make it anew there.</summary>
    private static async Task<string> ReadAnewAsync(Owner owner, InProcessSiloHandle from, InProcessSiloHandle to)
    {
        var grain = from.SiloHost.Services.GetRequiredService<IGrainFactory>().GetGrain<IStashGrain>(StashAddress.KeyOf(owner.Id));
        await grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await Until.TrueAsync(async () => await StashCluster.ActivationsAsync(from) == 0, "the activation was gone");
        var value = await owner.ReadAsync(StashCluster.CohostedEngine(to));
        Assert.Equal(0, await StashCluster.ActivationsAsync(from));
        return value;
    }

    private static void Set(InProcessSiloHandle silo, TimeSpan ahead)
    {
        ClockOf(silo).Ahead = ahead;
        silo.SiloHost.Services.GetRequiredService<ClockDoubt>().Look();
    }

    private (InProcessSiloHandle Wrong, InProcessSiloHandle Right) SilosOf(StashCluster cluster) =>
        ReferenceEquals(ClockOf(cluster.Silos[0]), _clocks[0]) ? (cluster.Silos[0], cluster.Silos[1]) : (cluster.Silos[1], cluster.Silos[0]);

    private static MovedClock ClockOf(InProcessSiloHandle silo) =>
        (MovedClock)silo.SiloHost.Services.GetRequiredKeyedService<TimeProvider>(StashGrainOptions.TimeProviderKey);

    private Task<StashCluster> StartAsync(StashDurability durability, TimeSpan ahead = default) => StashCluster.StartAsync(
        silos: 2,
        options =>
        {
            options.DefaultDurability = durability;
            options.StorageTimeout = TimeSpan.FromSeconds(10);
        },
        configureSilo: silo =>
        {
            var clock = new MovedClock(_time) { Ahead = _clocks.Count == 0 ? ahead : TimeSpan.Zero };
            _clocks.Add(clock);
            silo.Services.AddKeyedSingleton<TimeProvider>(StashGrainOptions.TimeProviderKey, clock);
        });
}
