using LiveStash.Engines.InProcess;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Tests.Engines.InProcess;

public sealed partial class InProcessEngineTests : IDisposable
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);
    private static readonly StashTerms Terms = new(Ttl);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
    private InProcessEngine? _engine;

    public void Dispose() => _engine?.Dispose();

    [Fact]
    public async Task Accounting_ThroughAllChanges_FollowsTheContent()
    {
        var engine = Engine();
        var (first, second) = (StashId.New(), StashId.New());
        Assert.Equal((0, 0), Held());

        await WriteAsync(first, 0, ("a", 9));
        Assert.Equal((1, 10), Held());
        await WriteAsync(second, 0, ("a", 4));
        Assert.Equal((2, 15), Held());
        await WriteAsync(first, 1, ("a", 99));
        Assert.Equal((2, 105), Held());
        await WriteAsync(first, 2, ("a", 1));
        Assert.Equal((2, 7), Held());
        await engine.ClearAsync(second, 1);
        Assert.Equal((1, 2), Held());
        await engine.ClearAsync(second, 1);
        await engine.ClearAsync(first, 0);
        Assert.Equal((1, 2), Held());
        await engine.ClearAsync(first, 1);
        Assert.Equal((0, 0), Held());
    }

    [Fact]
    public async Task Accounting_AfterRefusedWrites_IsAsBefore()
    {
        var engine = Engine();
        var id = StashId.New();
        var tooLarge = LiveStashOptions.DefaultMaxStashBytes + 1;

        Assert.Equal(StashOutcome.TooLarge, await WriteAsync(id, 0, ("a", tooLarge)));
        Assert.Equal((0, 0), Held());

        await WriteAsync(id, 0, ("a", 9));
        Assert.Equal(StashOutcome.TooLarge, await WriteAsync(id, 1, ("a", tooLarge)));
        await engine.OpenAsync(id, StashOpenMode.Own, Terms);
        Assert.Equal(StashOutcome.Superseded, await WriteAsync(id, 1, ("a", 50)));
        Assert.Equal((1, 10), Held());
    }

    [Theory]
    [InlineData("open")]
    [InlineData("touch")]
    [InlineData("delta")]
    [InlineData("clear")]
    public async Task Accounting_ExpiredStashNoticedByAccess_IsBackAtZero(string access)
    {
        var engine = Engine();
        var id = StashId.New();
        await WriteAsync(id, 0, ("a", 9));
        Assert.Equal(StashOutcome.Ok, (await engine.OpenAsync(id, StashOpenMode.Read, Terms)).Outcome);

        // Only the clock moves here: the timer, which would sweep, is one interval behind at most and not reached.
        await engine.TouchAsync(id, 1, new StashTerms(TimeSpan.FromSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((1, 10), Held());
        switch (access)
        {
            case "open": await engine.OpenAsync(id, StashOpenMode.Read, Terms); break;
            case "touch": await engine.TouchAsync(id, 1, Terms); break;
            case "delta": await engine.WriteAsync(id, new() { Epoch = 1, BaseVersion = 1, Terms = Terms }); break;
            case "clear": await engine.ClearAsync(id, 1); break;
            default: throw new ArgumentException(access, nameof(access));
        }

        Assert.Equal((0, 0), Held());
    }

    [Fact]
    public async Task Accounting_ExpiredStashWrittenAnew_CountsOnce()
    {
        Engine();
        var id = StashId.New();
        await WriteAsync(id, 0, TimeSpan.FromSeconds(1), ("a", 9));
        _time.Advance(TimeSpan.FromSeconds(1));

        await WriteAsync(id, 0, ("a", 3));

        Assert.Equal((1, 4), Held());
        _time.Advance(Ttl);
        Assert.Equal((0, 0), Held());
    }

    [Fact]
    public async Task WriteAsync_AtMaxStashes_RefusesANewOneAndKeepsAllThatAreHeld()
    {
        var engine = Engine(maxStashes: 3);
        StashId[] held = [StashId.New(), StashId.New(), StashId.New()];
        foreach (var id in held)
        {
            Assert.Equal(StashOutcome.Ok, await WriteAsync(id, 0, ("a", 9)));
        }

        var refused = StashId.New();
        var result = await engine.WriteAsync(refused, Replace(0, Ttl, ("a", 9)));

        Assert.Equal(StashOutcome.Unavailable, result.Outcome);
        Assert.Equal("The in-process engine is full: 3 stashes with 30 bytes (bounds: 3 and 536870912), none of them expired.", result.Detail);
        Assert.Equal(StashOutcome.NotFound, (await engine.OpenAsync(refused, StashOpenMode.Read, Terms)).Outcome);
        Assert.Equal((3, 30), Held());
        foreach (var id in held)
        {
            Assert.Equal(StashOutcome.Ok, await WriteAsync(id, 1, ("a", 19)));
        }

        await engine.ClearAsync(held[0], 1);
        Assert.Equal(StashOutcome.Ok, await WriteAsync(refused, 0, ("a", 9)));
        Assert.Equal((3, 50), Held());
    }

    [Fact]
    public async Task WriteAsync_AtMaxTotalBytes_RefusesGrowthAndKeepsTheFormerContent()
    {
        var engine = Engine(maxTotalBytes: 2000);
        var (first, second) = (StashId.New(), StashId.New());
        Assert.Equal(StashOutcome.Ok, await WriteAsync(first, 0, ("a", 999)));
        Assert.Equal(StashOutcome.Ok, await WriteAsync(second, 0, ("a", 999)));

        Assert.Equal(StashOutcome.Unavailable, await WriteAsync(first, 1, ("a", 1000)));
        Assert.Equal(StashOutcome.Unavailable, await WriteAsync(StashId.New(), 0, ("a", 1)));
        Assert.Equal((2, 2000), Held());
        var kept = await engine.OpenAsync(first, StashOpenMode.Read, Terms);
        Assert.Equal((1, 999), (kept.Version, Assert.Single(kept.Entries).Value.Length));

        // The same size and a smaller one pass, and what they free can be used.
        Assert.Equal(StashOutcome.Ok, await WriteAsync(first, 1, ("b", 999)));
        Assert.Equal(StashOutcome.Ok, await WriteAsync(first, 2, ("b", 499)));
        Assert.Equal(StashOutcome.Ok, await WriteAsync(second, 1, ("a", 1499)));
        Assert.Equal((2, 2000), Held());
    }

    [Theory]
    [InlineData(3, 1_000_000)]
    [InlineData(1_000_000, 1030)]
    public async Task WriteAsync_AtABoundWithExpired_MakesRoomOfTheExpiredOnly(int maxStashes, long maxTotalBytes)
    {
        var engine = Engine(maxStashes, maxTotalBytes);
        var (live, longer) = (StashId.New(), StashId.New());
        await WriteAsync(StashId.New(), 0, TimeSpan.FromSeconds(1), ("a", 999));
        await WriteAsync(live, 0, TimeSpan.FromSeconds(3), ("a", 9));
        await WriteAsync(longer, 0, TimeSpan.FromSeconds(9), ("a", 9));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((3, 1020), Held());

        Assert.Equal(StashOutcome.Ok, await WriteAsync(StashId.New(), 0, ("a", 99)));

        Assert.Equal((3, 120), Held());
        Assert.True((await engine.OpenAsync(live, StashOpenMode.Read, Terms)).IsOk);
        Assert.True((await engine.OpenAsync(longer, StashOpenMode.Read, Terms)).IsOk);
    }

    [Fact]
    public async Task WriteAsync_AtTheBoundOverItsOwnExpiredStash_TakesItsPlace()
    {
        Engine(maxTotalBytes: 2000);
        var id = StashId.New();
        await WriteAsync(id, 0, TimeSpan.FromSeconds(1), ("a", 999));
        await WriteAsync(StashId.New(), 0, ("a", 999));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(StashOutcome.Unavailable, await WriteAsync(id, 0, ("a", 1500)));
        Assert.Equal((1, 1000), Held());
        Assert.Equal(StashOutcome.Ok, await WriteAsync(id, 0, ("a", 999)));
        Assert.Equal((2, 2000), Held());
    }

    [Fact]
    public async Task AnyCall_ConcurrentlyOnFewStashesAndTightBounds_KeepsCountAndBytesInStepWithTheContent()
    {
        var engine = Engine(maxStashes: 8, maxTotalBytes: 4000);
        var ids = Enumerable.Range(0, 12).Select(_ => StashId.New()).ToArray();
        using var stop = new CancellationTokenSource();
        var watcher = Task.Run(() =>
        {
            // Never more than the bounds plus what writers add at this very moment and take back.
            while (!stop.IsCancellationRequested)
            {
                Assert.InRange(engine.Count, 0, 8 + 8);
                Assert.InRange(engine.Bytes, 0, 4000 + (8 * 1001));
                _time.Advance(TimeSpan.FromMilliseconds(1));
                Thread.Yield();
            }
        });

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            var seen = new HashSet<StashOutcome>();
            for (var i = 0; i < 5_000; i++)
            {
                var id = ids[random.Next(ids.Length)];
                var terms = new StashTerms(TimeSpan.FromMilliseconds(random.Next(1, 200)));
                var replace = random.Next(3) > 0;
                var write = new StashWrite { Epoch = 99, BaseVersion = replace ? StashWrite.AnyVersion : random.Next(3), Replace = replace, Changed = [new("a", new byte[random.Next(1000)])], Terms = terms };
                seen.Add(random.Next(10) switch
                {
                    0 => (await engine.ClearAsync(id, 99)).Outcome,
                    1 => (await engine.TouchAsync(id, 99, terms)).Outcome,
                    2 => (await engine.OpenAsync(id, StashOpenMode.Read, terms)).Outcome,
                    _ => (await engine.WriteAsync(id, write)).Outcome,
                });
            }

            return seen;
        })));
        await stop.CancelAsync();
        await watcher;

        // The stress met all that it is about.
        Assert.Equal(
            [StashOutcome.Ok, StashOutcome.NotFound, StashOutcome.VersionMismatch, StashOutcome.Unavailable],
            outcomes.SelectMany(seen => seen).Distinct().Order());
        engine.Sweep();
        var (count, bytes) = (0, 0L);
        foreach (var id in ids)
        {
            var opened = await engine.OpenAsync(id, StashOpenMode.Read, Terms);
            count += opened.IsOk ? 1 : 0;
            bytes += opened.Entries.Sum(entry => (long)entry.Size);
        }

        Assert.Equal((count, bytes), Held());
        Assert.InRange(count, 0, 8);
        Assert.InRange(bytes, 0, 4000);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), Held());
        Assert.Equal(0, engine.QueuedExpiries);
    }

    private InProcessEngine Engine(int maxStashes = InProcessEngineOptions.DefaultMaxStashes, long maxTotalBytes = InProcessEngineOptions.DefaultMaxTotalBytes) =>
        _engine = new InProcessEngine(
            _time,
            Microsoft.Extensions.Options.Options.Create(new LiveStashOptions()),
            Microsoft.Extensions.Options.Options.Create(new InProcessEngineOptions { MaxStashes = maxStashes, MaxTotalBytes = maxTotalBytes }));

    private (int Count, long Bytes) Held() => (_engine!.Count, _engine.Bytes);

    private Task<StashOutcome> WriteAsync(StashId id, long baseVersion, params (string Name, int Bytes)[] entries) =>
        WriteAsync(id, baseVersion, Ttl, entries);

    private async Task<StashOutcome> WriteAsync(StashId id, long baseVersion, TimeSpan timeToLive, params (string Name, int Bytes)[] entries) =>
        (await _engine!.WriteAsync(id, Replace(baseVersion, timeToLive, entries))).Outcome;

    private static StashWrite Replace(long baseVersion, TimeSpan timeToLive, params (string Name, int Bytes)[] entries) => new()
    {
        Epoch = 1,
        BaseVersion = baseVersion,
        Replace = true,
        Changed = [.. entries.Select(entry => new StashEntry(entry.Name, new byte[entry.Bytes]))],
        Terms = new StashTerms(timeToLive),
    };
}
