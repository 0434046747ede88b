using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using LiveStash.Tests.PublicApi;

namespace LiveStash.Tests.Measuring;

/// <summary>
/// Compares what instruments are there, and with which tags they are really used, with a text file, and that with the table in a
/// README.
/// </summary>
internal static partial class InstrumentPin
{
    /// <summary>Compares with a file beside the source file of the calling test, and with the README.</summary>
    /// <param name="use">Makes the instruments with the factory, and uses each in every way that it can be used.</param>
    /// <param name="file">The name of the file.</param>
    /// <param name="readme">The README's path from the root of the repo.</param>
    /// <param name="callerFile">Of the test.</param>
    public static void Verify(Action<IMeterFactory> use, string file, string readme, [CallerFilePath] string callerFile = "")
    {
        var found = Record(use);
        var source = callerFile.Replace('\\', '/');
        var folder = Path.GetDirectoryName(source[(source.LastIndexOf("/tests/", StringComparison.Ordinal) + 1)..])!;
        PublicApiPin.Verify(
            string.Join('\n', found.Select(static one => one.ToString())),
            RepoFiles.PathTo(folder, file),
            Path.Combine(AppContext.BaseDirectory, "Instruments", file));

        var told = File.ReadLines(RepoFiles.PathTo(readme)).Select(static line => Row().Match(line)).Where(static row => row.Success)
            .Select(static row => $"{row.Groups["name"].Value} {row.Groups["unit"].Value} {string.Join(' ', Quoted().Matches(row.Groups["tags"].Value).Select(static tag => tag.Groups[1].Value))}");
        Assert.Equal(found.Select(static one => $"{one.Name} {one.Unit} {string.Join(' ', one.Tags)}"), told);
    }

    private static Found[] Record(Action<IMeterFactory> use)
    {
        var factory = Meters.Create();
        var tags = new ConcurrentDictionary<Instrument, SortedSet<string>>();
        var published = new List<Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
            {
                published.Add(instrument);
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((instrument, _, keys, _) => Note(instrument, keys));
        listener.SetMeasurementEventCallback<long>((instrument, _, keys, _) => Note(instrument, keys));
        listener.SetMeasurementEventCallback<double>((instrument, _, keys, _) => Note(instrument, keys));
        listener.Start();
        use(factory);
        listener.RecordObservableInstruments();

        Assert.All(published, instrument => Assert.True(tags.ContainsKey(instrument), $"{instrument.Name} was not used."));
        Assert.All(published, static instrument => Assert.Equal("LiveStash", instrument.Meter.Name));
        return [.. published.OrderBy(static instrument => instrument.Name, StringComparer.Ordinal).Select(instrument => new Found(instrument, [.. tags[instrument]]))];

        void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> keys)
        {
            var known = tags.GetOrAdd(instrument, static _ => new(StringComparer.Ordinal));
            foreach (var (key, value) in keys)
            {
                Assert.IsType<string>(value);
                known.Add(key);
            }
        }
    }

    /// <summary>A row of the table: name, unit, tags, meaning.</summary>
    [GeneratedRegex(@"^\| `(?<name>livestash\.[a-z_.]+)` \| `(?<unit>[^`]+)` \| (?<tags>[^|]*) \| [^|]+ \|$")]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    private sealed record Found(Instrument Instrument, string[] Tags)
    {
        public string Name => Instrument.Name;

        public string? Unit => Instrument.Unit;

        public override string ToString()
        {
            var type = Instrument.GetType();
            return $"{Name} {type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{type.GetGenericArguments()[0].Name}> {Unit} [{string.Join(", ", Tags)}]{Bounds()}";
        }

        private string Bounds()
        {
            var bounds = Instrument switch
            {
                Histogram<double> { Advice.HistogramBucketBoundaries: { } seconds } => seconds.Select(static bound => bound.ToString(CultureInfo.InvariantCulture)),
                Histogram<long> { Advice.HistogramBucketBoundaries: { } sizes } => sizes.Select(static bound => bound.ToString(CultureInfo.InvariantCulture)),
                _ => [],
            };
            return bounds.Any() ? $" ({string.Join(" ", bounds)})" : "";
        }
    }
}
