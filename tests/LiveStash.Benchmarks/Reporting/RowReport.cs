namespace LiveStash.Benchmarks.Reporting;

/// <summary>Prints the rows as they come, and keeps them for the table at the end of bash tests/bench.sh.</summary>
internal sealed class RowReport(RunOptions options)
{
    private const char Tab = '\t';

    /// <summary>Whether one of these rows was asked for.</summary>
    public bool Wants(params IEnumerable<string> names) =>
        options.Only is not { } only || names.Any(name => name.StartsWith(only, StringComparison.Ordinal));

    /// <summary>A figure with a budget, or without.</summary>
    /// <param name="name">Of the row, as <c>--only</c> takes it.</param>
    /// <param name="samples">The figure's runs; their median counts.</param>
    /// <param name="unit">What the figure is in, as in <c>x raw put</c>.</param>
    /// <param name="budget">What it has to reach, if there is something.</param>
    /// <param name="detail">What it was made from.</param>
    public void Add(string name, Samples samples, string unit, Budget? budget, string detail)
    {
        var verdict = budget is null ? "-" : budget.IsMet(samples.Median) ? "PASS" : "SHORT";
        Write(name, verdict, $"{Samples.Text(samples.Median)} {unit}", budget?.ToString() ?? "", samples.Spread, detail);
    }

    /// <summary>A row that cannot run here.</summary>
    public void Skip(string name, string reason) => Write(name, "not run", "", "", "", reason);

    /// <summary>Tells what goes on, for whoever watches.</summary>
    public static void Note(string text) => Console.Error.WriteLine(text);

    private void Write(string name, params ReadOnlySpan<string> cells)
    {
        if (!Wants(name))
        {
            return;
        }

        string[] row = [cells[0], name, .. cells[1..]];
        Console.WriteLine($"{row[0],-7} {name,-28} {row[2],-26} {row[3],-10} {row[4],-32} {row[5]}");
        if (options.Results is { } file)
        {
            File.AppendAllText(file, string.Join(Tab, row) + "\n");
        }
    }
}
