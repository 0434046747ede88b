using System.Globalization;
using LiveStash.Benchmarks.Reporting;
using LiveStash.Orleans.Benchmarks.Hosting;
using LiveStash.Orleans.Benchmarks.Load;

namespace LiveStash.Orleans.Benchmarks.Rows;

/// <summary>Many stashes resident in one silo: what each of them takes, and what a call costs beside a silo with a thousand.</summary>
internal sealed class ResidentRows(RunOptions options, RowReport report)
{
    private const string Bytes = "resident-bytes";
    private const string Write = "resident-write-cost";
    private const string Open = "resident-open-cost";
    private const string Raw = "resident-raw-cost";
    private const int Few = 1000;

    public async Task RunAsync()
    {
        if (report.Wants(Bytes))
        {
            await BytesAsync();
        }

        if (report.Wants(Write, Open, Raw))
        {
            await CostAsync();
        }
    }

    private int Many => options.IsFull ? 1_000_000 : 100_000;

    private string Scale => options.IsFull ? "1,000,000 stashes" : "100,000 stashes (a million with --full)";

    private async Task BytesAsync()
    {
        await using var silo = await ChildProcess.StartAsync("resident", $"{Many}");

        // One of each first: types, code and pools are nobody's bytes.
        await silo.AskAsync($"empty {Few}");
        await silo.AskAsync($"grow {Few}");
        var start = await HeapAsync(silo);
        await silo.AskAsync($"empty {Many - Few}");
        var empty = await HeapAsync(silo);
        await silo.AskAsync($"grow {Many}");
        var full = await HeapAsync(silo);
        double count = Many - Few;
        var (perEmpty, perStash) = ((empty - start) / count, ((full - empty) / count) - ResidentRole.PayloadBytes);
        report.Add(Bytes, new((perStash - perEmpty) / 1024), "KB a stash", Budget.AtMost(1.5),
            $"{Scale}: {perStash:#,0} B above the payload, of which {perEmpty:#,0} B are Orleans' empty activation");
    }

    private async Task CostAsync()
    {
        await using var few = await ChildProcess.StartAsync("resident", $"{Few}");
        await using var many = await ChildProcess.StartAsync("resident", $"{Many}");
        await few.AskAsync($"grow {Few}");
        await few.AskAsync($"raw {Few}");
        // Orleans' own grains beside them: what the processor's caches no longer hold costs those too.
        foreach (var count in new[] { 10_000, 100_000, 1_000_000 }.Where(count => count <= Many))
        {
            await many.AskAsync($"grow {count}");
            await many.AskAsync($"raw {count}");
            var limit = Budget.AtMost(await CompareAsync(few, many, LoadKind.RawPut, Raw, count, null));
            await CompareAsync(few, many, LoadKind.Write, Write, count, limit);
            await CompareAsync(few, many, LoadKind.Open, Open, count, limit);
        }
    }

    private async Task<double> CompareAsync(ChildProcess few, ChildProcess many, LoadKind kind, string name, int count, Budget? budget)
    {
        var (ofFew, ofMany) = (new Samples(), new Samples());
        for (var run = -1; run < options.Runs; run++)
        {
            var one = await few.RunAsync($"{kind} {options.Duration.TotalMilliseconds:0}");
            var other = await many.RunAsync($"{kind} {options.Duration.TotalMilliseconds:0}");
            if (run >= 0)
            {
                ofFew.Add(one.Microseconds);
                ofMany.Add(other.Microseconds);
            }
        }

        var detail = $"{Samples.Text(ofMany.Median)} us each with {count:#,0} resident, {Samples.Text(ofFew.Median)} us with 1,000";
        var cost = ofMany.Over(ofFew);
        if (count == Many)
        {
            report.Add(name, cost, "x of 1,000", budget, $"{Scale}: {detail}");
        }
        else
        {
            report.Add($"{name}-{count / 1000}k", cost, "x of 1,000", null, detail);
        }

        return cost.Median;
    }

    private static async Task<double> HeapAsync(ChildProcess silo) => double.Parse(await silo.AskAsync("bytes"), CultureInfo.InvariantCulture);
}
