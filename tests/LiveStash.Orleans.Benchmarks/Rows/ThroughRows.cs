using LiveStash.Benchmarks.Load;
using LiveStash.Benchmarks.Reporting;
using LiveStash.Orleans.Benchmarks.Grains;
using LiveStash.Orleans.Benchmarks.Hosting;
using LiveStash.Orleans.Benchmarks.Load;
using LiveStash.Orleans.Benchmarks.Postgres;
using LiveStash.Orleans.Benchmarks.Storage;
using Npgsql;
using Orleans.Concurrency;
using Orleans.Hosting;

namespace LiveStash.Orleans.Benchmarks.Rows;

/// <summary>
/// Writes through to PostgreSQL, each acknowledged when it is on the disk, beside the same bytes by a grain with
/// <c>IPersistentState</c> on Orleans' ADO.NET storage and by an upsert without Orleans, all in turn.
/// </summary>
internal sealed class ThroughRows(RunOptions options, RowReport report)
{
    private const int MaxInFlight = 512;
    private const int PerWorker = 4;
    private static readonly StashTerms Terms = new(TimeSpan.FromHours(12));
    private static readonly int[] InFlight = [1, 64, MaxInFlight];

    private readonly TimeSpan _duration = options.Duration * 2;

    public async Task RunAsync()
    {
        await RunAsync("through", StoredSilo.AddPostgreSql, hasBudget: true);
        if (options.IsFull || options.Only is not null)
        {
            await RunAsync("through-adonet", StoredSilo.AddAdoNet, hasBudget: false);
        }
    }

    private async Task RunAsync(string kind, Action<ISiloBuilder, PostgresServer> addStorage, bool hasBudget)
    {
        var wanted = InFlight.Where(number => report.Wants(Names(kind, number))).ToArray();
        if (wanted.Length == 0)
        {
            return;
        }

        if (PostgresServer.Missing is { } missing)
        {
            report.Skip(kind, missing);
            return;
        }

        await using var postgres = await PostgresServer.StartAsync();
        await postgres.ExecuteAsync("CREATE TABLE plain (id text PRIMARY KEY, value bytea NOT NULL, version bigint NOT NULL)");

        // What a careful hand would set: prepared, and nothing sent between two uses of a connection.
        await using var plain = NpgsqlDataSource.Create(postgres.ConnectionString + ";No Reset On Close=true;Max Auto Prepare=10;Auto Prepare Min Usages=2");
        await using var silo = await StoredSilo.StartAsync(postgres, addStorage);
        const int Count = MaxInFlight * PerWorker;
        var value = new byte[1024];
        Random.Shared.NextBytes(value);
        var stashes = Enumerable.Range(0, Count).Select(_ => new BenchmarkStash(silo.NewEngine)).ToArray();
        var grains = Enumerable.Range(0, Count).Select(_ => silo.Grains.GetGrain<IStateGrain>(StashId.New().ToString())).ToArray();
        var ids = Enumerable.Range(0, Count).Select(_ => StashId.New().ToString()).ToArray();
        await LoadDriver.EachAsync(Count, 64, async i =>
        {
            await stashes[i].WriteAsync(value, Terms, replace: true);
            await PutAsync(i);
            await UpsertAsync(i);
        });

        foreach (var inFlight in wanted)
        {
            var names = Names(kind, inFlight);
            var (ours, states, upserts) = (new Load(), new Load(), new Load());
            for (var run = -1; run < options.Runs; run++)
            {
                ours.Add(run, await LoadDriver.RunAsync(inFlight, _duration, (worker, i) => stashes[Index(worker, i)].WriteAsync(value, Terms, replace: false)));
                states.Add(run, await LoadDriver.RunAsync(inFlight, _duration, (worker, i) => PutAsync(Index(worker, i))));
                upserts.Add(run, await LoadDriver.RunAsync(inFlight, _duration, (worker, i) => UpsertAsync(Index(worker, i))));
            }

            var detail = $"1 KB: {ours.Text}; plain upsert {upserts.Text}; IPersistentState {states.Text}";
            report.Add(names[0], ours.PerSecond.Over(upserts.PerSecond), "x plain upsert", hasBudget && inFlight == 64 ? Budget.AtLeast(0.9) : null, detail);
            report.Add(names[1], ours.PerSecond.Over(states.PerSecond), "x IPersistentState", hasBudget && inFlight == MaxInFlight ? Budget.AtLeast(2) : null, detail);
        }

        ValueTask PutAsync(int index) => grains[index].PutAsync(value.AsImmutable());

        async ValueTask UpsertAsync(int index)
        {
            await using var command = plain.CreateCommand(
                "INSERT INTO plain (id, value, version) VALUES ($1, $2, 1) ON CONFLICT (id) DO UPDATE SET value = excluded.value, version = plain.version + 1");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ids[index] });
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = value });
            await command.ExecuteNonQueryAsync();
        }
    }

    private static string[] Names(string kind, int inFlight) => [$"{kind}-{inFlight}", $"{kind}-state-{inFlight}"];

    private static int Index(int worker, int i) => (worker * PerWorker) + (i % PerWorker);

    /// <summary>The runs of one kind. The first warms up and does not count.</summary>
    private sealed class Load
    {
        private readonly Samples _p50 = new();
        private readonly Samples _p99 = new();

        public Samples PerSecond { get; } = new();

        public string Text => $"{PerSecond.Median:#,0}/s, p50 {Samples.Text(_p50.Median)} ms, p99 {Samples.Text(_p99.Median)} ms";

        public void Add(int run, LoadRun load)
        {
            if (run < 0)
            {
                return;
            }

            PerSecond.Add(load.PerSecond);
            _p50.Add(load.P50.TotalMilliseconds);
            _p99.Add(load.P99.TotalMilliseconds);
        }
    }
}
