using System.Globalization;

namespace LiveStash.Benchmarks.Reporting;

/// <summary>The same figure from several runs.</summary>
internal sealed class Samples
{
    /// <summary>From here on the runs differ so much that a single one says little.</summary>
    private const double UnstableSpread = 0.3;

    private readonly List<double> _values = [];

    public Samples(params IEnumerable<double> values) => _values.AddRange(values);

    public int Count => _values.Count;

    public double Median
    {
        get
        {
            var sorted = _values.Order().ToArray();
            var middle = sorted.Length / 2;
            return sorted.Length == 0 ? double.NaN : sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    /// <summary>The lowest and the highest, and whether they are far apart.</summary>
    public string Spread
    {
        get
        {
            if (Count < 2)
            {
                return "one run";
            }

            var isUnstable = _values.Max() - _values.Min() > UnstableSpread * Math.Abs(Median);
            return $"{Text(_values.Min())}..{Text(_values.Max())} of {Count}{(isUnstable ? ", unstable" : "")}";
        }
    }

    public void Add(double value) => _values.Add(value);

    /// <summary>Each divided by its neighbour in time.</summary>
    public Samples Over(Samples baseline) => new(_values.Zip(baseline._values, static (value, other) => value / other));

    public Samples Select(Func<double, double> change) => new(_values.Select(change));

    /// <summary>Three digits that count; zero without a sign.</summary>
    public static string Text(double value) => (value + 0.0).ToString(
        Math.Abs(value) switch { >= 100 => "#,0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);
}
