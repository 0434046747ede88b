using System.Collections.Concurrent;
using System.Diagnostics;

namespace LiveStash.Tests.Measuring;

/// <summary>Listens to sources, and keeps what ends of one trace: that of the test.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public Spans(params string[] sources)
    {
        var all = new HashSet<string>([.. sources, Test.Name], StringComparer.Ordinal);
        _listener = new()
        {
            ShouldListenTo = source => all.Contains(source.Name),
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
        Root = Test.StartActivity("test")!;
    }

    private static ActivitySource Test { get; } = new("LiveStash.Tests");

    /// <summary>The activity that the test is in from now on.</summary>
    public Activity Root { get; }

    /// <summary>What has ended of the test's trace, by name.</summary>
    public Activity[] Of(string name) => [.. _ended.Where(activity => activity.TraceId == Root.TraceId && activity.OperationName == name)];

    /// <summary>All that has ended while this listens, also of other tests.</summary>
    public IReadOnlyCollection<Activity> Ended => _ended;

    /// <summary>All that has ended of the test's trace.</summary>
    public IEnumerable<Activity> All => _ended.Where(activity => activity.TraceId == Root.TraceId);

    public void Dispose()
    {
        Root.Dispose();
        _listener.Dispose();
    }
}
