using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LiveStash.Elevator.Checking;
using LiveStash.Elevator.Promises;

namespace LiveStash.Elevator.Reporting;

/// <summary>What a run found, as text in Markdown.</summary>
internal static partial class Report
{
    private const int MaxLines = 12;

    public static string Write(Setup setup, int seed, Run run)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| {setup.Name}, seed {seed} | faults | acknowledged | lost | wrong | foreign | typed over in Error | not taken | error pages | gone s: tabs, p50, p95, max | unsaved s: p50, p95, max |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var kind in run.Results.GroupBy(static result => result.Fault.Kind).OrderBy(static kind => kind.Key))
        {
            text.AppendLine(Row($"{kind.Key}{(kind.First().IsPromised ? "" : " (not promised)")}", [.. kind]));
        }

        text.AppendLine(Row("all that is promised", [.. run.Results.Where(static result => result.IsPromised)]));
        text.AppendLine();
        Lines(text, "Promises broken", run.Results.Where(static result => !result.IsKept).SelectMany(static result => result.Problems.Concat(result.Tally.What).Select(what => $"{result.Fault}: {what}")));
        Lines(text, "Errors in the browsers' consoles", run.Tabs.SelectMany(static tab => tab.Errors).Select(static error => Time().Replace(error, "")));
        foreach (var (node, lines, restarts) in run.Logs)
        {
            Lines(text, $"Errors in the log of {node}{(restarts > 0 ? $", which ended by itself {restarts} time(s)" : "")}", lines.Where(IsError).Select(Shape));
        }

        return text.ToString();
    }

    /// <summary>The line that a README can have.</summary>
    public static string Sum(Run run)
    {
        var promised = run.Results.Where(static result => result.IsPromised).ToArray();
        var outside = run.Results.Where(static result => !result.IsPromised).ToArray();
        var line = string.Create(CultureInfo.InvariantCulture, $"{promised.Sum(static result => result.Tally.Acknowledged):#,0} acknowledged states, {promised.Length:#,0} faults, {promised.Sum(static result => result.Tally.Lost)} lost, {promised.Sum(static result => result.Tally.Wrong + result.Tally.Foreign)} wrong");
        return outside.Length == 0 ? line : string.Create(CultureInfo.InvariantCulture, $"{line}; outside of the promise {outside.Sum(static result => result.Tally.Acknowledged):#,0} states, {outside.Length:#,0} faults, {outside.Sum(static result => result.Tally.Lost)} lost");
    }

    [GeneratedRegex(@"^\[[^]]*Z\] ")]
    private static partial Regex Time();

    private static string Row(string name, FaultResult[] results)
    {
        var gone = results.SelectMany(static result => result.Gone).Order().ToArray();
        var unsaved = results.SelectMany(static result => result.Unsaved).Order().ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {results.Length} | {results.Sum(static r => r.Tally.Acknowledged)} | {results.Sum(static r => r.Tally.Lost)} | {results.Sum(static r => r.Tally.Wrong)} | {results.Sum(static r => r.Tally.Foreign)} | {results.Sum(static r => r.Tally.TypedOverInError)} | {results.Sum(static r => r.Tally.NotTaken)} | {results.Sum(static r => r.Tally.ErrorPages)} | {gone.Length}: {Quantiles(gone)} | {Quantiles(unsaved)} |");
    }

    private static string Quantiles(double[] sorted) => sorted.Length == 0
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 2] / 1000:0.0}, {sorted[(int)(sorted.Length * 0.95)] / 1000:0.0}, {sorted[^1] / 1000:0.0}");

    private static bool IsError(string line) =>
        line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal) || line.Contains("Unhandled exception", StringComparison.Ordinal);

    /// <summary>Without the time, and short, so that the same error is the same line.</summary>
    private static string Shape(string line)
    {
        var start = line.IndexOf(": ", StringComparison.Ordinal);
        var shape = start >= 0 && start < 20 ? line[(start + 2)..] : line;
        return shape.Length > 140 ? shape[..140] : shape;
    }

    private static void Lines(StringBuilder text, string title, IEnumerable<string> lines)
    {
        var groups = lines.GroupBy(static line => line).OrderByDescending(static group => group.Count()).ToArray();
        if (groups.Length == 0)
        {
            return;
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"{title}:");
        foreach (var group in groups.Take(MaxLines))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{group.Count(),6} x {group.Key}");
        }
    }
}
