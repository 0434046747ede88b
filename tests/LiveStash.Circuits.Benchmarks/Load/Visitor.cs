using System.Globalization;
using LiveStash.Benchmarks.Load;
using LiveStash.Circuits.Rendering;
using LiveStash.Circuits.Tabs;

namespace LiveStash.Circuits.Benchmarks.Load;

/// <summary>Somebody who clicks once a second, and waits for the new count each time.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Tab _tab;
    private volatile Expectation? _expected;
    private int _count;

    public Visitor(Uri server)
    {
        _tab = new([server], "/clicks");
        _tab.Changed += OnChanged;
    }

    public Latencies Latencies { get; } = new();

    public async Task OpenAsync()
    {
        var live = Expect(static screen => screen.Attribute("page", "data-interactive") == "true");
        await _tab.OpenAsync();
        await live;
    }

    /// <summary>Clicks until the end, at a place in each second of its own.</summary>
    /// <param name="from">A time stamp from which on it counts.</param>
    /// <param name="until">A time stamp.</param>
    public async Task ClickAsync(long from, long until)
    {
        await Task.Delay(TimeSpan.FromSeconds(Random.Shared.NextDouble()));
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (TimeProvider.System.GetTimestamp() is var started && started < until)
        {
            var next = (++_count).ToString(CultureInfo.InvariantCulture);
            var answer = Expect(screen => screen.Text("count") == next);
            await _tab.ClickAsync("add");
            await answer;
            if (started >= from)
            {
                Latencies.Add(TimeProvider.System.GetElapsedTime(started));
            }

            await second.WaitForNextTickAsync();
        }
    }

    public ValueTask DisposeAsync() => _tab.DisposeAsync();

    private Task Expect(Func<Screen, bool> condition)
    {
        var expected = new Expectation(condition);
        _expected = expected;
        return expected.Done.Task.WaitAsync(Patience);
    }

    private void OnChanged(Screen screen)
    {
        if (_expected is { } expected && expected.Condition(screen))
        {
            _expected = null;
            expected.Done.TrySetResult();
        }
    }

    private sealed record Expectation(Func<Screen, bool> Condition)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
