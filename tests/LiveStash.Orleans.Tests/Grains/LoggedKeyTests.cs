using System.Text.RegularExpressions;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Records;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>Orleans writes the keys of grains into its logs, for example when a silo dies. A key opens nothing.</summary>
public sealed partial class LoggedKeyTests
{
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));

    [Fact]
    public async Task SiloDies_KeysInTheLogs_OpenNoStash()
    {
        var log = new LogLines();
        await using var cluster = await StashCluster.StartAsync(
            silos: 3,
            options => (options.DefaultDurability, options.StorageTimeout) = (StashDurability.WriteThrough, TimeSpan.FromMinutes(1)),
            configureSilo: silo => silo.Services.AddLogging(logging => logging.AddProvider(log)));
        var survivor = StashCluster.CohostedEngine(cluster.Silos[2]);
        var dying = StashCluster.CohostedEngine(cluster.Silos[0]);
        var stashes = Enumerable.Range(0, 10).Select(_ => new Owner(survivor, Terms)).ToArray();
        await Task.WhenAll(stashes.Select(async stash => stash.Version = (await new Owner(dying, Terms, stash.Id).ReplaceAsync("1")).Version));

        // Calls are under way when the silo dies: those are what Orleans writes about.
        cluster.Storage.Gate = new();
        var calls = Task.WhenAll(stashes.Select(stash => stash.ReplaceAsync("2")));
        await Until.TrueAsync(() => cluster.Storage.Writes == 2 * stashes.Length, "the calls are under way");
        await cluster.Cluster.KillSiloAsync(cluster.Silos[0]);
        await Until.TrueAsync(() => Keys(log).Length > 0, "Orleans wrote about a stash", TimeSpan.FromSeconds(60));
        cluster.Storage.Gate.SetResult();
        cluster.Storage.Gate = null;
        await calls;

        var keys = Keys(log);
        Assert.DoesNotContain(keys, key => stashes.Any(stash => stash.Id.ToString() == key));
        foreach (var key in keys)
        {
            Assert.True(StashId.TryParse(key, out var id));
            Assert.Equal("NotFound", await new Owner(survivor, Terms, id).ReadAsync());
            await AssertRefusedAsync(cluster.Cluster.Client.GetGrain<IStashGrain>(key), id);
        }
    }

    [Fact]
    public async Task AnyCall_WithTheKeyAndNotTheId_IsRefusedBeforeAndAfterTheOwnersAndChangesNothing()
    {
        await using var cluster = await StashCluster.StartAsync();
        var owner = new Owner(cluster.ClientEngine(), Terms);
        var grain = cluster.Grain(owner.Id);
        await AssertRefusedAsync(grain, StashId.New());
        await AssertRefusedAsync(grain, default);
        await owner.ReplaceAsync("1");

        await AssertRefusedAsync(grain, StashId.New());
        await AssertRefusedAsync(grain, default);

        Assert.Equal("1", await owner.ReadAsync());
        Assert.True((await owner.WriteAsync("2")).IsOk);
    }

    [Fact]
    public void Call_AsText_DoesNotHoldTheId()
    {
        // Orleans writes a request with the text of its arguments.
        var id = StashId.New();
        object[] calls = [new WireOpen(id, default, default, Terms), new WireWrite(id, default, null!), new WireTouch(id, 1, Terms), new WireClear(id, default, 1)];

        Assert.All(calls, call => Assert.Equal(call.GetType().FullName, call.ToString()));
    }

    /// <summary>Such a row is not found any more; nor does it stay.</summary>
    [Fact]
    public async Task Row_OfAVersionWhoseKeysWereIds_IsDeletedByItsReminder()
    {
        await using var cluster = await StashCluster.StartAsync(configure: options => options.DefaultDurability = StashDurability.WriteThrough);
        var id = StashId.New();
        var former = GrainId.Create(StashAddress.TypeName, id.ToString());
        var image = new StashImage(1, 1, Terms.TimeToLive, DateTimeOffset.UnixEpoch, [], 0);
        await cluster.Storage.WriteStateAsync(GrainStorageStore.StateName, former, new GrainState<StashState>(StashState.From(image, StashDurability.WriteThrough, isListed: true)));

        await cluster.Cluster.Client.GetGrain<IStashGrain>(id.ToString()).AsReference<IRemindable>()
            .ReceiveReminder("expiry", new TickStatus(DateTime.UtcNow, TimeSpan.FromMinutes(1), DateTime.UtcNow));

        Assert.False(cluster.Storage.HasRow(former));
    }

    private static async Task AssertRefusedAsync(IStashGrain grain, StashId id)
    {
        var write = new StashWrite { Epoch = 99, BaseVersion = 0, Replace = true, Changed = [], Terms = Terms };
        await Assert.ThrowsAsync<ArgumentException>(async () => await grain.OpenAsync(new WireOpen(id, new(1, 1), StashOpenMode.Own, Terms)));
        await Assert.ThrowsAsync<ArgumentException>(async () => await grain.WriteAsync(new WireWrite(id, new(1, 2), write)));
        await Assert.ThrowsAsync<ArgumentException>(async () => await grain.TouchAsync(new WireTouch(id, 99, Terms)));
        await Assert.ThrowsAsync<ArgumentException>(async () => await grain.ClearAsync(new WireClear(id, new(1, 3), 99)));
    }

    private static string[] Keys(LogLines log) => [.. log.All.SelectMany(static line => Key.Matches(line)).Select(static match => match.Groups[1].Value).Distinct()];

    [GeneratedRegex($"{StashAddress.TypeName}/([A-Za-z0-9_-]{{22}})")]
    private static partial Regex Key { get; }
}
