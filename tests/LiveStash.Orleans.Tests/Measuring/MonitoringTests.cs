using System.Text.Json;
using System.Text.RegularExpressions;
using LiveStash.Tests;

namespace LiveStash.Orleans.Tests.Measuring;

/// <summary>The dashboard and the alert rules of silo-host ask for metrics and tags that there are.</summary>
public sealed partial class MonitoringTests
{
    private static readonly string[] Pins =
    [
        "tests/LiveStash.Tests/Engines/InProcess/LiveStash.Instruments.txt",
        "tests/LiveStash.Tests/Blazor/Measuring/LiveStash.Blazor.Instruments.txt",
        "tests/LiveStash.Orleans.Tests/Measuring/LiveStash.Orleans.Instruments.txt",
        "tests/LiveStash.Orleans.Tests/Measuring/LiveStash.Orleans.Server.Instruments.txt",
    ];

    [Theory]
    [InlineData("silo-host/monitoring/alerts.yaml")]
    [InlineData("silo-host/monitoring/grafana-dashboard.json")]
    public void Queries_AskForWhatIsThere(string file)
    {
        var known = Pins.SelectMany(static pin => File.ReadLines(RepoFiles.PathTo(pin))).SelectMany(Series).ToDictionary();

        var queries = Queries(file).ToArray();

        Assert.NotEmpty(queries);
        Assert.All(queries, query => Assert.All(Asked(query), asked =>
        {
            Assert.True(known.TryGetValue(asked.Metric, out var tags), $"There is no {asked.Metric}: {query}");
            Assert.All(asked.Tags, tag => Assert.True(tags!.Contains(tag), $"{asked.Metric} has no {tag}: {query}"));
        }));
    }

    [Fact]
    public void Dashboard_ShowsEveryMetric()
    {
        var asked = Queries("silo-host/monitoring/grafana-dashboard.json").SelectMany(Asked).Select(static asked => asked.Metric).ToHashSet();

        Assert.All(
            Pins.SelectMany(static pin => File.ReadLines(RepoFiles.PathTo(pin))),
            line => Assert.True(Series(line).Any(series => asked.Contains(series.Key)), $"Not on the dashboard: {line}"));
    }

    private static IEnumerable<string> Queries(string file)
    {
        var text = File.ReadAllText(RepoFiles.PathTo(file));
        return file.EndsWith(".json", StringComparison.Ordinal)
            ? JsonDocument.Parse(text).RootElement.GetProperty("panels").EnumerateArray()
                .Where(static panel => panel.TryGetProperty("targets", out _))
                .SelectMany(static panel => panel.GetProperty("targets").EnumerateArray().Select(static target => target.GetProperty("expr").GetString()!))
            : Expression().Matches(text).Select(static match => match.Groups[1].Value);
    }

    /// <summary>The series that Prometheus makes of an instrument that comes over OTLP, with its labels.</summary>
    private static IEnumerable<KeyValuePair<string, string[]>> Series(string line)
    {
        var pin = Pin().Match(line);
        var tags = pin.Groups["tags"].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Underscored).ToArray();
        var name = Underscored(pin.Groups["name"].Value) + pin.Groups["unit"].Value switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        string[] names = pin.Groups["type"].Value switch
        {
            "Counter" => [$"{name}_total"],
            "Histogram" => [$"{name}_bucket", $"{name}_count", $"{name}_sum"],
            _ => [name],
        };
        return names.Select(series => KeyValuePair.Create(series, tags));
    }

    private static IEnumerable<(string Metric, string[] Tags)> Asked(string query)
    {
        var tags = Tag().Matches(query).Select(static match => match.Value).ToArray();
        return Metric().Matches(query).Select(static match => match.Value).Where(metric => !tags.Contains(metric)).Select(metric => (metric, tags));
    }

    private static string Underscored(string name) => name.Replace('.', '_');

    [GeneratedRegex(@"expr: (.*)")]
    private static partial Regex Expression();

    [GeneratedRegex(@"^(?<name>\S+) (?<type>\w+)<\w+> (?<unit>\S+) \[(?<tags>.*?)\]")]
    private static partial Regex Pin();

    /// <summary>What stands in a list of labels.</summary>
    [GeneratedRegex(@"(?<=[({,]\s*)livestash_\w+(?=\s*(=|!|,|\)\s*\())")]
    private static partial Regex Tag();

    [GeneratedRegex(@"livestash_\w+")]
    private static partial Regex Metric();
}
