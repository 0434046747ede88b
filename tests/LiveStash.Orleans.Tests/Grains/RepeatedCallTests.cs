using System.Text;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Orleans.Tests.Infrastructure;

namespace LiveStash.Orleans.Tests.Grains;

/// <summary>Calls that reach the grain twice, or late, as the engine sends them again when an answer was lost on the way.</summary>
public sealed class RepeatedCallTests
{
    private const long Sender = 4711;
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(30));

    private readonly StashId _id = StashId.New();

    [Theory]
    [InlineData(StashDurability.Memory)]
    [InlineData(StashDurability.WriteThrough)]
    public async Task Write_Repeated_HasOneEffectAndTheSameAnswer(StashDurability durability)
    {
        await using var cluster = await StartAsync(durability);
        var grain = cluster.Grain(_id);
        var replace = Write(1, 0, replace: true, "1");
        var first = await grain.WriteAsync(replace);
        Assert.Equal(first, await grain.WriteAsync(replace));
        var delta = Write(2, first.Version, replace: false, "2");
        var second = await grain.WriteAsync(delta);
        var writes = cluster.Storage.Writes;

        Assert.Equal(second, await grain.WriteAsync(delta));

        Assert.Equal((int)StashOutcome.Ok, second.Outcome);
        Assert.Equal((second.Version, "2"), await ReadAsync(grain));
        Assert.Equal(writes, cluster.Storage.Writes);
    }

    [Fact]
    public async Task Open_Repeated_MakesOneOwner()
    {
        await using var cluster = await StartAsync(StashDurability.Memory);
        var grain = cluster.Grain(_id);
        await grain.WriteAsync(Write(1, 0, replace: true, "1"));
        var open = new WireOpen(_id, new(Sender, 2), StashOpenMode.Own, Terms);
        var first = await grain.OpenAsync(open);
        await grain.WriteAsync(Write(3, first.Version, replace: false, "2", first.Epoch));

        var repeated = await grain.OpenAsync(open);

        Assert.Equal((2, 2), (first.Epoch, repeated.Epoch));
    }

    [Theory]
    [InlineData(Sender)]
    [InlineData(Sender + 1)]
    public async Task Open_RepeatedAfterAnotherHasTakenOver_TakesNothingFromTheOwner(long sender)
    {
        await using var cluster = await StartAsync(StashDurability.Memory);
        var grain = cluster.Grain(_id);
        await grain.WriteAsync(Write(1, 0, replace: true, "1"));
        var open = new WireOpen(_id, new(Sender, 2), StashOpenMode.Own, Terms);
        await grain.OpenAsync(open);
        var owner = await grain.OpenAsync(new WireOpen(_id, new(sender, 3), StashOpenMode.Own, Terms));

        Assert.Equal(2, (await grain.OpenAsync(open)).Epoch);

        Assert.Equal((int)StashOutcome.Superseded, (await grain.WriteAsync(Write(8, owner.Version, replace: false, "2", 2))).Outcome);
        Assert.Equal((int)StashOutcome.Ok, (await grain.WriteAsync(Write(9, owner.Version, replace: false, "3", owner.Epoch))).Outcome);

        // Who asks anew becomes the owner.
        Assert.Equal(owner.Epoch + 1, (await grain.OpenAsync(new WireOpen(_id, new(Sender, 10), StashOpenMode.Own, Terms))).Epoch);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReplaceOrClear_ArrivesAfterALaterWriteOfItsOwner_UndoesNothing(bool isReplace)
    {
        await using var cluster = await StartAsync(StashDurability.Memory);
        var grain = cluster.Grain(_id);
        await grain.WriteAsync(Write(1, 0, replace: true, "1"));
        var latest = await grain.WriteAsync(Write(5, 1, replace: false, "latest"));

        var late = isReplace
            ? await grain.WriteAsync(Write(2, 0, replace: true, "late"))
            : await grain.ClearAsync(new WireClear(_id, new(Sender, 2), 1));

        Assert.Equal((int)StashOutcome.Unavailable, late.Outcome);
        Assert.Equal((latest.Version, "latest"), await ReadAsync(grain));
    }

    [Fact]
    public async Task Replace_ArrivesAfterALaterClearOfItsOwner_MakesNone()
    {
        await using var cluster = await StartAsync(StashDurability.Memory);
        var grain = cluster.Grain(_id);
        await grain.WriteAsync(Write(1, 0, replace: true, "1"));
        Assert.Equal((int)StashOutcome.Ok, (await grain.ClearAsync(new WireClear(_id, new(Sender, 5), 1))).Outcome);

        Assert.Equal((int)StashOutcome.Unavailable, (await grain.WriteAsync(Write(2, 1, replace: true, "late"))).Outcome);

        Assert.Equal((int)StashOutcome.NotFound, (await grain.OpenAsync(new WireOpen(_id, new(99, 1), StashOpenMode.Read, Terms))).Outcome);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(8, true)]
    public async Task ReplaceOrClear_RepeatedAfterOthersOfTheSameEpochHaveWritten_UndoesNothing(int others, bool isReplace)
    {
        await using var cluster = await StartAsync(StashDurability.Memory);
        var grain = cluster.Grain(_id);
        var write = Write(1, StashWrite.AnyVersion, replace: true, "1");
        var clear = new WireClear(_id, new(Sender, 1), 1);
        var first = isReplace ? await grain.WriteAsync(write) : await grain.ClearAsync(clear);
        var latest = default(WireResult);
        for (var i = 1; i <= others; i++)
        {
            latest = await grain.WriteAsync(Write(1, StashWrite.AnyVersion, replace: true, $"other {i}", sender: Sender + i));
        }

        var repeated = isReplace ? await grain.WriteAsync(write) : await grain.ClearAsync(clear);

        Assert.Equal(((int)StashOutcome.Ok, first.Version), (repeated.Outcome, repeated.Version));
        Assert.Equal((latest.Version, $"other {others}"), await ReadAsync(grain));
    }

    [Fact]
    public async Task Replace_OfTheNextOwnerOnTheSameServer_IsNotTakenForALateOne()
    {
        await using var cluster = await StartAsync(StashDurability.Memory);
        var grain = cluster.Grain(_id);
        await grain.WriteAsync(Write(5, 0, replace: true, "1"));

        Assert.Equal((int)StashOutcome.Ok, (await grain.WriteAsync(Write(2, 0, replace: true, "2", epoch: 2))).Outcome);
    }

    [Fact]
    public async Task Calls_RepeatedAfterTheStashHasMoved_AreStillKnown()
    {
        await using var cluster = await StartAsync(StashDurability.Memory, silos: 2);
        var factory = cluster.Silos[0].SiloHost.Services.GetService(typeof(IGrainFactory)) as IGrainFactory;
        var grain = factory!.GetGrain<IStashGrain>(StashAddress.KeyOf(_id));
        await grain.WriteAsync(Write(1, 0, replace: true, "1"));
        var open = new WireOpen(_id, new(Sender, 2), StashOpenMode.Own, Terms);
        var opened = await grain.OpenAsync(open);
        var write = Write(3, opened.Version, replace: false, "2", opened.Epoch);
        var written = await grain.WriteAsync(write);

        await cluster.Cluster.StopSiloAsync(cluster.Silos[0]);

        var moved = (cluster.Silos[0].SiloHost.Services.GetService(typeof(IGrainFactory)) as IGrainFactory)!.GetGrain<IStashGrain>(StashAddress.KeyOf(_id));
        Assert.Equal(written, await moved.WriteAsync(write));
        Assert.Equal(opened.Epoch, (await moved.OpenAsync(open)).Epoch);
    }

    [Fact]
    public async Task Write_RepeatedAfterAFailureOfStorage_IsMade()
    {
        await using var cluster = await StartAsync(StashDurability.WriteThrough);
        var grain = cluster.Grain(_id);
        var write = Write(1, 0, replace: true, "1");
        cluster.Storage.WriteFailure = new IOException("disk full");
        Assert.Equal((int)StashOutcome.Unavailable, (await grain.WriteAsync(write)).Outcome);
        cluster.Storage.WriteFailure = null;

        Assert.Equal((int)StashOutcome.Ok, (await grain.WriteAsync(write)).Outcome);
        Assert.NotNull(cluster.Storage.Get<StashState>(StashCluster.GrainIdOf(_id)));
    }

    private WireWrite Write(long number, long baseVersion, bool replace, string value, long epoch = 1, long sender = Sender) => new(_id, new(sender, number), new()
    {
        Epoch = epoch,
        BaseVersion = baseVersion,
        Replace = replace,
        Changed = [new("value", Encoding.UTF8.GetBytes(value))],
        Terms = Terms,
    });

    private async Task<(long Version, string Value)> ReadAsync(IStashGrain grain)
    {
        var opened = await grain.OpenAsync(new WireOpen(_id, new(99, 1), StashOpenMode.Read, Terms));
        return (opened.Version, Encoding.UTF8.GetString(opened.Entries.Single().Value.Span));
    }

    private static Task<StashCluster> StartAsync(StashDurability durability, int silos = 1) =>
        StashCluster.StartAsync(silos, options => options.DefaultDurability = durability);
}
