using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Tests.Fuzzing;
using Xunit.Abstractions;

namespace LiveStash.Orleans.Tests.Fuzzing;

/// <summary>
/// Calls of a real grain with arguments that no engine sends: a result, or the exception for arguments that cannot be, and the
/// stash of somebody else is as it was.
/// </summary>
[Collection(FuzzCollection.Name)]
public sealed class GrainCallFuzzTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly StashTerms Terms = new(TimeSpan.FromHours(10));

    private readonly StashId _victim = StashId.New();
    private StashCluster _cluster = null!;
    private IStashEngine _engine = null!;
    private long _epoch;

    public async Task InitializeAsync()
    {
        _cluster = await StashCluster.StartAsync();
        _engine = _cluster.ClientEngine();
        await _engine.WriteAsync(_victim, new() { Epoch = 1, BaseVersion = 0, Replace = true, Changed = [new("r:Counter/Count", "7"u8.ToArray())], Terms = Terms });
        for (var i = 0; i < 3; i++)
        {
            _epoch = (await _engine.OpenAsync(_victim, StashOpenMode.Own, Terms)).Epoch;
        }

        Assert.Equal(4, _epoch);
    }

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public Task AnyCall_WithArgumentsThatCannotBe_NoOtherStashIsTouched_Bounded() => new FuzzRun(FuzzKind.GrainCall, output).EachAsync(MakeAsync);

    private Task<FuzzCase> MakeAsync(Random random, int number)
    {
        // Stale calls of the victim's stash, or any call of another one, under a key that may be none of ours, or is the victim's.
        var ofVictim = random.Next(3) == 0;
        var id = ofVictim ? _victim : StashId.New();
        var key = random.Next(4) switch
        {
            0 when !ofVictim => StashAddress.KeyOf(_victim),
            1 when !ofVictim => Mutator.Text(random, "AZaz09-_+/%{}", random.Next(1, 200)),
            _ => StashAddress.KeyOf(id),
        };
        var grain = _cluster.Cluster.Client.GetGrain<IStashGrain>(key);
        var epoch = ofVictim ? Stale(random) : Mutator.Number(random);
        StashOutcome? outcome = null;
        var (name, call) = Call(random, grain, StashAddress.SecretOf(id), epoch, mayOpen: !ofVictim);
        var now = (Value: "", Epoch: 0L);
        return Task.FromResult<FuzzCase>(new(
            name,
            $"key {key}, epoch {epoch}",
            async () =>
            {
                try
                {
                    outcome = await call();
                }
                catch (ArgumentException)
                {
                    // Terms or names that cannot be.
                }

                var read = await _engine.OpenAsync(_victim, StashOpenMode.Read, Terms);
                now = (System.Text.Encoding.UTF8.GetString(read.Entries.Single().Value.Span), read.Epoch);
            },
            () => now != ("7", _epoch) ? $"the stash of somebody else is {now}"
                : ofVictim && outcome == StashOutcome.Ok ? "a call with an older epoch was accepted"
                : null));
    }

    private long Stale(Random random) => random.Next(3) switch
    {
        0 => random.NextInt64(long.MinValue, 1),
        1 => random.NextInt64(1, _epoch),
        _ => Math.Min(Mutator.Number(random), _epoch - 1),
    };

    private static (string Name, Func<Task<StashOutcome>> Call) Call(Random random, IStashGrain grain, UInt128 secret, long epoch, bool mayOpen)
    {
        var terms = new WireTerms { TimeToLive = Time(random), Durability = random.Next(3) == 0 ? null : (int)Mutator.Number(random) };
        var id = new WireCall(Mutator.Number(random), Mutator.Number(random));
        switch (random.Next(mayOpen ? 4 : 3))
        {
            case 0:
                var touch = new WireTouch { Secret = secret, Epoch = epoch, Terms = terms };
                return ("touch", async () => (await grain.TouchAsync(touch)).ToResult().Outcome);
            case 1:
                var clear = new WireClear { Secret = secret, Epoch = epoch, Call = id };
                return ("clear", async () => (await grain.ClearAsync(clear)).ToResult().Outcome);
            case 2:
                var write = random.Next(50) == 0 ? default : new WireWrite(default, id, new()
                {
                    Epoch = epoch,
                    BaseVersion = Mutator.Number(random),
                    Replace = random.Next(2) == 0,
                    Changed = Entries(random),
                    Removed = random.Next(4) == 0 ? [] : [null!, "", Mutator.Text(random, "ab", random.Next(100))],
                    Terms = new(terms.TimeToLive, (StashDurability?)terms.Durability),
                }) { Secret = secret };
                return ("write", async () => (await grain.WriteAsync(write)).ToResult().Outcome);
            default:
                var open = new WireOpen { Mode = (int)Mutator.Number(random), Secret = secret, Terms = terms, Call = id };
                return ("open", async () => (await grain.OpenAsync(open)).ToResult().Outcome);
        }
    }

    private static StashEntry[] Entries(Random random) => random.Next(6) switch
    {
        0 => null!,
        1 => [new(null!, default)],
        2 => [new("twice", new byte[10]), new("twice", new byte[20])],
        3 => [new("large", new byte[random.Next(1_000_000)])],
        4 => [.. Enumerable.Range(0, random.Next(6000)).Select(static i => new StashEntry($"{i}", default))],
        _ => [new(Mutator.Text(random, "\0a\uFFFF\uD800", random.Next(1000)), Mutator.Noise(random, random.Next(1000)))],
    };

    /// <summary>Most of them short: what is made under any key shall be gone before the test is over.</summary>
    private static TimeSpan Time(Random random) => random.Next(3) == 0 ? TimeSpan.FromTicks(Mutator.Number(random)) : TimeSpan.FromSeconds(random.Next(1, 5));
}
