using LiveStash.Benchmarks.Load;
using LiveStash.Benchmarks.Reporting;
using LiveStash.Orleans.Benchmarks.Hosting;
using LiveStash.Orleans.Benchmarks.Load;
using LiveStash.Orleans.Benchmarks.Redis;

namespace LiveStash.Orleans.Benchmarks.Rows;

/// <summary>
/// Write and recover, co-hosted and over loopback, beside the raw grain and Redis, all in turn: each run of one has its neighbours of the others.
/// </summary>
internal sealed class WriteRows(RunOptions options, RowReport report)
{
    private const int MaxInFlight = 64;
    private const string Allocation = "write-alloc";
    private static readonly int[] Sizes = [1024, 16 * 1024];
    private static readonly (int Size, int InFlight)[] Cases = [.. Sizes.SelectMany(size => new[] { (size, 1), (size, MaxInFlight) })];
    private static readonly string[] Kinds = ["write", "redis", "loopback", "loopback-redis", "open", "loopback-open"];

    private readonly string? _noRedis = RedisServer.Missing;

    public async Task RunAsync()
    {
        var wanted = Cases.Where(one => report.Wants(Kinds.Select(kind => Name(kind, one)))).ToArray();
        if (wanted.Length == 0 && !report.Wants(Allocation))
        {
            return;
        }

        await using var silo = await BenchmarkSilo.StartAsync();
        await using var client = await ChildProcess.StartAsync(["client", $"{silo.GatewayPort}", $"{MaxInFlight}", .. Sizes.Select(size => $"{size}")]);
        var redis = _noRedis is null ? await RedisServer.StartAsync() : null;
        var loads = new Dictionary<int, EngineLoad>();
        foreach (var size in Sizes)
        {
            loads[size] = await EngineLoad.CreateAsync(silo.NewEngine, silo.Grains, MaxInFlight, size);
        }

        await WarmUpAsync(loads, client);
        foreach (var one in wanted)
        {
            await CompareAsync(one, loads[one.Size], client, redis);
        }

        await AllocationAsync(loads);
        if (redis is not null)
        {
            await redis.DisposeAsync();
        }
    }

    private static string Name(string kind, (int Size, int InFlight) one) => $"{kind}-{one.Size / 1024}k-{one.InFlight}";

    private static async Task WarmUpAsync(Dictionary<int, EngineLoad> loads, ChildProcess client)
    {
        // Until the code is compiled for good: what is compared must not differ in that.
        var duration = TimeSpan.FromSeconds(0.7);
        foreach (var kind in Enum.GetValues<LoadKind>())
        {
            foreach (var size in Sizes)
            {
                await loads[size].RunAsync(kind, MaxInFlight, duration);
                await client.RunAsync(Command(kind, (size, MaxInFlight), duration));
            }
        }
    }

    private async Task CompareAsync((int Size, int InFlight) one, EngineLoad load, ChildProcess client, RedisServer? redis)
    {
        var here = Enum.GetValues<LoadKind>().ToDictionary(static kind => kind, static _ => new Samples());
        var there = Enum.GetValues<LoadKind>().ToDictionary(static kind => kind, static _ => new Samples());
        var (p99Here, p99There, sets) = (new Samples(), new Samples(), new Samples());
        var requests = redis is null ? 0 : (int)(await redis.SetAsync(one.InFlight, one.Size, 5_000) * options.Duration.TotalSeconds);
        for (var run = 0; run < options.Runs; run++)
        {
            foreach (var kind in Enum.GetValues<LoadKind>())
            {
                var hereRun = await load.RunAsync(kind, one.InFlight, options.Duration);
                var thereRun = await client.RunAsync(Command(kind, one, options.Duration));
                here[kind].Add(hereRun.PerSecond);
                there[kind].Add(thereRun.PerSecond);
                if (kind == LoadKind.Write)
                {
                    p99Here.Add(hereRun.P99.TotalMicroseconds);
                    p99There.Add(thereRun.P99.TotalMicroseconds);
                }
            }

            if (redis is not null)
            {
                sets.Add(await redis.SetAsync(one.InFlight, one.Size, requests));
            }
        }

        var (write, loopback) = (here[LoadKind.Write], there[LoadKind.Write]);
        report.Add(Name("write", one), write.Over(here[LoadKind.RawPut]), "x raw put", Budget.AtLeast(0.6),
            $"{PerSecond(write)}, raw {PerSecond(here[LoadKind.RawPut])}, {PerSecond(here[LoadKind.RawAnswered])} with an answer; p99 {Samples.Text(p99Here.Median)} us");
        Redis("redis", write, sets, one, Budget.AtLeast(3));
        report.Add(Name("loopback", one), loopback.Over(there[LoadKind.RawPut]), "x raw put", null,
            $"{PerSecond(loopback)}, raw {PerSecond(there[LoadKind.RawPut])}, {PerSecond(there[LoadKind.RawAnswered])} with an answer; p99 {Samples.Text(p99There.Median)} us");
        Redis("loopback-redis", loopback, sets, one, one.InFlight == MaxInFlight ? Budget.AtLeast(1.2) : null);
        report.Add(Name("open", one), here[LoadKind.Open].Over(here[LoadKind.RawGet]), "x raw get", one.InFlight == MaxInFlight ? Budget.AtLeast(0.6) : null,
            $"{PerSecond(here[LoadKind.Open])}, raw {PerSecond(here[LoadKind.RawGet])}");
        report.Add(Name("loopback-open", one), there[LoadKind.Open].Over(there[LoadKind.RawGet]), "x raw get", null,
            $"{PerSecond(there[LoadKind.Open])}, raw {PerSecond(there[LoadKind.RawGet])}");
    }

    private void Redis(string kind, Samples writes, Samples sets, (int Size, int InFlight) one, Budget? budget)
    {
        if (_noRedis is not null)
        {
            report.Skip(Name(kind, one), _noRedis);
            return;
        }

        report.Add(Name(kind, one), writes.Over(sets), "x Redis SET", budget, $"{PerSecond(writes)}, Redis {PerSecond(sets)}");
    }

    private async Task AllocationAsync(Dictionary<int, EngineLoad> loads)
    {
        if (!report.Wants(Allocation))
        {
            return;
        }

        foreach (var size in Sizes)
        {
            var (writes, puts) = (new Samples(), new Samples());
            for (var run = 0; run < options.Runs; run++)
            {
                puts.Add((await loads[size].RunAsync(LoadKind.RawPut, 1, options.Duration)).BytesEach);
                writes.Add((await loads[size].RunAsync(LoadKind.Write, 1, options.Duration)).BytesEach);
            }

            // The value is handed over and not copied, so that all of this is above the payload.
            report.Add($"{Allocation}-{size / 1024}k", writes.Select(static bytes => bytes / 1024), "KB a write", Budget.AtMost(2), $"raw put {Samples.Text(puts.Median)} B; all above the payload, which is not copied");
        }
    }

    private static string Command(LoadKind kind, (int Size, int InFlight) one, TimeSpan duration) => $"{kind} {one.Size} {one.InFlight} {duration.TotalMilliseconds:0}";

    private static string PerSecond(Samples samples) => $"{samples.Median:#,0}/s";
}
