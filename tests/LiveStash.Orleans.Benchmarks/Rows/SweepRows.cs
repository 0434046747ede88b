using System.Diagnostics;
using System.Globalization;
using LiveStash.Benchmarks.Load;
using LiveStash.Benchmarks.Reporting;
using LiveStash.Orleans.Benchmarks.Hosting;
using LiveStash.Orleans.Benchmarks.Load;
using LiveStash.Orleans.Benchmarks.Postgres;
using LiveStash.Orleans.Benchmarks.Storage;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Expiry;
using LiveStash.Orleans.Server.Grains;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace LiveStash.Orleans.Benchmarks.Rows;

/// <summary>
/// A million stashes (quick mode: 100,000) in PostgreSQL, on one silo, with Orleans' reminder table there too. Their rows are
/// made by the store itself, as for a grain, and listed by the ledgers themselves; only the grains are left out.
/// </summary>
internal sealed class SweepRows(RunOptions options, RowReport report)
{
    private const string Refresh = "sweep-refresh";
    private const string Pause = "sweep-pause";
    private const string Timeouts = "sweep-timeouts";
    private const string Left = "sweep-left";
    private const int Overdue = 100_000;
    private const int InFlight = 64;
    private const int PayloadBytes = 1024;
    private static readonly TimeSpan RefreshPeriod = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortLife = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan LongLife = TimeSpan.FromHours(12);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    public async Task RunAsync()
    {
        if (!report.Wants(Refresh, Pause, Timeouts, Left))
        {
            return;
        }

        if (PostgresServer.Missing is { } missing)
        {
            report.Skip("sweep", missing);
            return;
        }

        await using var postgres = await PostgresServer.StartAsync();
        var warnings = new WarningCount();
        var clock = new ShiftedTime();
        await using var silo = await BenchmarkSilo.StartAsync(configure: builder =>
        {
            StoredSilo.AddPostgreSql(builder, postgres);
            builder.Services.AddKeyedSingleton<TimeProvider>(StashGrainOptions.TimeProviderKey, clock);
            builder.UseAdoNetReminderService(table => (table.Invariant, table.ConnectionString) = ("Npgsql", postgres.ConnectionString));
            builder.Configure<ReminderOptions>(reminders => reminders.RefreshReminderListPeriod = RefreshPeriod);
            builder.ConfigureLogging(logging => logging.AddFilter<WarningCount>(null, LogLevel.Warning).AddProvider(warnings));
        });

        var living = options.IsFull ? 900_000 : 0;
        var made = Stopwatch.GetTimestamp();
        await postgres.ExecuteAsync("ALTER SYSTEM SET synchronous_commit = off; SELECT pg_reload_conf()");
        await FillAsync(silo, living, DateTimeOffset.UtcNow + LongLife);
        await FillAsync(silo, Overdue, DateTimeOffset.UtcNow + ShortLife);
        await postgres.ExecuteAsync("ALTER SYSTEM RESET synchronous_commit; SELECT pg_reload_conf(); ANALYZE; CHECKPOINT");
        RowReport.Note($"{living + Overdue:#,0} rows made in {Stopwatch.GetElapsedTime(made).TotalSeconds:0} s.");

        report.Add(Refresh, await RefreshAsync(), "MB", Budget.AtMost(300),
            $"allocated between two refreshes of the reminder list, {living + Overdue:#,0} stashes, {await RemindersAsync(postgres)} reminders");

        var warned = warnings.Total;
        var idle = await WithoutSweepAsync(silo);
        clock.Shift = 2 * ShortLife;
        var first = await DrainAsync(silo, postgres, living + 1);
        var left = await StashesAsync(postgres) - living - 2;
        if (living > 0)
        {
            clock.Shift = 2 * LongLife;
            var rest = await DrainAsync(silo, postgres, 2);
            RowReport.Note($"The other {living:#,0}: {rest.Took.TotalSeconds:0} s, longest wait of a page {rest.Longest.TotalMilliseconds:0} ms.");
        }

        // The pages' own stashes end too.
        clock.Shift = TimeSpan.FromDays(30);
        var (rows, reminders) = await EndAsync(silo, postgres);
        report.Add(Pause, new(first.Longest.TotalMilliseconds), "ms", Budget.AtMost(100),
            $"longest wait of a page that writes through every ms, {first.Writes:#,0} times while {Overdue:#,0} overdue stashes went in {first.Took.TotalSeconds:0} s; {Samples.Text(first.Collecting.TotalMilliseconds)} ms of it garbage collection; in memory {Samples.Text(first.LongestInMemory.TotalMilliseconds)} ms; before, without a sweep, {Samples.Text(idle.TotalMilliseconds)} ms");
        report.Add(Timeouts, new(warnings.Total - warned), "warnings", Budget.AtMost(0), $"time-outs of the storage are among these{warnings.Most}");
        report.Add(Left, new(left + rows + reminders), "rows left", Budget.AtMost(0), $"{left} of overdue stashes beside living ones; at the end {rows} of stashes and ledgers, {reminders} of reminders");
    }

    /// <summary>In MB, several times.</summary>
    private static async Task<Samples> RefreshAsync()
    {
        const int Refreshes = 5;
        var samples = new Samples();
        for (var i = 0; i < 3; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await Task.Delay(RefreshPeriod * Refreshes);
            samples.Add((GC.GetTotalAllocatedBytes(precise: true) - before) / 1e6 / Refreshes);
        }

        return samples;
    }

    /// <summary>What the same page waits at most while nothing else goes on.</summary>
    private static async Task<TimeSpan> WithoutSweepAsync(BenchmarkSilo silo)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return (await Pages.LongestWaitAsync(silo, StashDurability.WriteThrough, stop.Token)).Longest;
    }

    /// <summary>All ledgers tick at one moment, as after an outage, and again every 15 s, until the overdue stashes are gone.</summary>
    private static async Task<Drained> DrainAsync(BenchmarkSilo silo, PostgresServer postgres, int others)
    {
        GC.Collect();
        using var stop = new CancellationTokenSource();
        var through = Task.Run(() => Pages.LongestWaitAsync(silo, StashDurability.WriteThrough, stop.Token));
        var memory = Task.Run(() => Pages.LongestWaitAsync(silo, StashDurability.Memory, stop.Token));
        var started = Stopwatch.GetTimestamp();

        // The page's own row is one more.
        for (var i = 0; await StashesAsync(postgres) > others + 1 && Stopwatch.GetElapsedTime(started) < Patience; i++)
        {
            // To count a million rows takes the processor from what is measured, so it is done rarely.
            if (i % 3 == 0)
            {
                TickAsync(silo).Ignore();
            }

            await Task.Delay(5000, CancellationToken.None);
        }

        var took = Stopwatch.GetElapsedTime(started);
        await stop.CancelAsync();
        var (longest, collecting, writes) = await through;
        return new(took, longest, collecting, writes, (await memory).Longest);
    }

    private static Task TickAsync(BenchmarkSilo silo) => Task.WhenAll(Enumerable.Range(0, LedgerGrain.Count).Select(i => silo.Grains
        .GetGrain<ILedgerGrain>(i.ToString(CultureInfo.InvariantCulture)).AsReference<IRemindable>().ReceiveReminder(LedgerGrain.ReminderName, default)));

    private static async Task<(long Rows, long Reminders)> EndAsync(BenchmarkSilo silo, PostgresServer postgres)
    {
        for (var i = 0; ; i++)
        {
            var (rows, reminders) = (await RowsAsync(postgres), await RemindersAsync(postgres));
            if ((rows == 0 && reminders == 0) || i == 60)
            {
                return (rows, reminders);
            }

            await TickAsync(silo);
            await Task.Delay(1000);
        }
    }

    private static Task<long> RowsAsync(PostgresServer postgres) => postgres.QueryAsync<long>("SELECT (SELECT count(*) FROM livestash_stashes) + (SELECT count(*) FROM livestash_entries) + (SELECT count(*) FROM livestash_states)");

    private static Task<long> StashesAsync(PostgresServer postgres) => postgres.QueryAsync<long>("SELECT count(*) FROM livestash_stashes");

    private static Task<long> RemindersAsync(PostgresServer postgres) => postgres.QueryAsync<long>("SELECT count(*) FROM orleansreminderstable");

    private readonly record struct Drained(TimeSpan Took, TimeSpan Longest, TimeSpan Collecting, int Writes, TimeSpan LongestInMemory);

    /// <summary>The stashes' clock, put forward.</summary>
    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;

        // Time that goes by. A clock that is set ends no stash.
        public override long GetTimestamp() => base.GetTimestamp() + (long)(Shift.TotalSeconds * TimestampFrequency);
    }

    /// <summary>Rows of stashes that nobody has in memory, and their listings.</summary>
    private static async Task FillAsync(BenchmarkSilo silo, int count, DateTimeOffset end)
    {
        var store = silo.Services.GetRequiredService<StashGrainServices>().Store!;
        await LoadDriver.EachAsync(count, InFlight * 4, async _ =>
        {
            var key = StashAddress.KeyOf(StashId.New());
            var id = GrainId.Create(StashAddress.TypeName, key);
            for (var attempt = 1; await LedgerGrain.Of(id, silo.Grains).ListAsync(key, end - DateTimeOffset.UtcNow) is { } failure; attempt++)
            {
                if (attempt == 10)
                {
                    throw new InvalidOperationException(failure);
                }
            }

            var image = new Records.StashImage(1, 1, TimeSpan.FromMinutes(30), end, [new(BenchmarkStash.EntryName, new byte[PayloadBytes])], PayloadBytes);
            await store.WriteAsync(id, new(image, StashDurability.WriteThrough, IsListed: true), known: null, etag: null, CancellationToken.None);
        });
    }
}
