using LiveStash.Benchmarks.Load;
using LiveStash.Benchmarks.Reporting;
using LiveStash.Orleans.Benchmarks.Hosting;
using LiveStash.Orleans.Benchmarks.Load;
using LiveStash.Orleans.Benchmarks.Postgres;
using LiveStash.Orleans.Benchmarks.Storage;
using Orleans.Hosting;

namespace LiveStash.Orleans.Benchmarks.Rows;

/// <summary>
/// What PostgreSQL writes to its log (WAL) for a stash of 16 KB in ten entries, written through. The figure is that of operations
/// between two checkpoints. The first change of a page after a checkpoint writes the whole page, whoever changes it; what that
/// adds depends on how often a stash is reached between two checkpoints, and is beside the figure for the worst case: once.
/// </summary>
internal sealed class WalRows(RunOptions options, RowReport report)
{
    private const int Stashes = 200;
    private const int Rounds = 10;
    private const int Entries = 10;
    private const int EntryBytes = 16 * 1024 / Entries;
    private static readonly StashTerms Terms = new(TimeSpan.FromHours(12));
    private static readonly string[] Operations = ["touch", "open", "change", "write"];

    public async Task RunAsync()
    {
        await RunAsync("wal", StoredSilo.AddPostgreSql, hasBudget: true);
        if (options.IsFull || options.Only is not null)
        {
            await RunAsync("wal-adonet", StoredSilo.AddAdoNet, hasBudget: false);
        }
    }

    private async Task RunAsync(string kind, Action<ISiloBuilder, PostgresServer> addStorage, bool hasBudget)
    {
        if (!report.Wants(Operations.Select(operation => $"{kind}-{operation}")))
        {
            return;
        }

        if (PostgresServer.Missing is { } missing)
        {
            report.Skip(kind, missing);
            return;
        }

        await using var postgres = await PostgresServer.StartAsync();
        await using var silo = await StoredSilo.StartAsync(postgres, addStorage);
        var stashes = Enumerable.Range(0, Stashes).Select(_ => new LargeStash(silo.NewEngine())).ToArray();
        await LoadDriver.EachAsync(Stashes, 4, i => stashes[i].WriteAsync(Entries));

        await MeasureAsync("touch", 0.5, static stash => stash.TouchAsync());
        await MeasureAsync("open", 0.5, static stash => stash.OpenAsync());
        await MeasureAsync("change", (1.3 * EntryBytes / 1024) + 0.5, static stash => stash.WriteAsync(1));
        await MeasureAsync("write", null, static stash => stash.WriteAsync(Entries));

        async Task MeasureAsync(string name, double? limit, Func<LargeStash, ValueTask> operation)
        {
            await postgres.ExecuteAsync("CHECKPOINT");
            var first = await RoundAsync(operation);
            await RoundAsync(operation);
            var samples = new Samples();
            for (var round = 0; round < (options.IsFull ? 5 : 1) * Rounds; round++)
            {
                samples.Add(await RoundAsync(operation));
            }

            report.Add($"{kind}-{name}", samples, "KB of WAL", hasBudget && limit is { } most ? Budget.AtMost(most) : null,
                $"each of {Stashes} stashes of 16 KB, {Entries} entries; {Samples.Text(first)} KB where it is the first change of its page after a checkpoint");
        }

        async Task<double> RoundAsync(Func<LargeStash, ValueTask> operation)
        {
            var before = await postgres.QueryAsync<string>("SELECT pg_current_wal_insert_lsn()::text");
            await LoadDriver.EachAsync(Stashes, 1, i => operation(stashes[i]));
            return (double)await postgres.QueryAsync<decimal>($"SELECT pg_current_wal_insert_lsn() - '{before}'") / Stashes / 1024;
        }
    }

    /// <summary>A stash of several entries, as its owner knows it.</summary>
    private sealed class LargeStash(IStashEngine engine)
    {
        private readonly StashId _id = StashId.New();
        private long _version;
        private long _epoch = 1;

        public async ValueTask WriteAsync(int entries)
        {
            var changed = Enumerable.Range(0, entries).Select(static i => new StashEntry($"r:Shop.Pages.Order/Property{i}", Random.Shared.GetItems(Bytes, EntryBytes))).ToArray();
            var result = await engine.WriteAsync(_id, new() { Epoch = _epoch, BaseVersion = _version, Replace = _version == 0, Changed = changed, Terms = Terms });
            _version = Check(result.IsOk, result.Version, $"{result.Outcome}: {result.Detail}");
        }

        public async ValueTask TouchAsync()
        {
            var result = await engine.TouchAsync(_id, _epoch, Terms);
            Check(result.IsOk, 0, $"{result.Outcome}: {result.Detail}");
        }

        public async ValueTask OpenAsync()
        {
            var result = await engine.OpenAsync(_id, StashOpenMode.Own, Terms);
            _epoch = Check(result.IsOk, result.Epoch, $"{result.Outcome}: {result.Detail}");
        }

        private static readonly byte[] Bytes = [.. Enumerable.Range(0, 256).Select(static value => (byte)value)];

        private static long Check(bool isOk, long value, string detail) => isOk ? value : throw new InvalidOperationException(detail);
    }
}
