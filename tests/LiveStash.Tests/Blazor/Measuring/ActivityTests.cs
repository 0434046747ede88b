using System.Diagnostics;
using LiveStash.Measuring;
using LiveStash.Saving;
using LiveStash.Tests.Blazor.Infrastructure;
using LiveStash.Watching;

namespace LiveStash.Tests.Blazor.Measuring;

/// <summary>The spans of recoveries and saves.</summary>
public sealed class ActivityTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Recover_PageComesBack_IsBelowTheCallersWithItsStepsAndStatus()
    {
        await SaveAsync();
        _browser.Lost = true;
        using var spans = new Spans("LiveStash");
        await using var circuit = await _server.OpenAsync(_browser);

        var span = Assert.Single(spans.Of("livestash.recover"));
        Assert.Equal(spans.Root.SpanId, span.ParentSpanId);
        Assert.Equal(["greeted", "opened", "attached"], span.Events.Select(static step => step.Name));
        Assert.Equal([("livestash.engine", "memory"), ("livestash.status", "recovered")], Tags(span));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    [Fact]
    public async Task Recover_EngineCannotBeReached_IsAnError()
    {
        await SaveAsync();
        _server.Engine.IsUnavailable = true;
        _browser.Lost = true;
        using var spans = new Spans("LiveStash");
        await using var circuit = await _server.OpenAsync(_browser);

        Assert.Equal(ActivityStatusCode.Error, Assert.Single(spans.Of("livestash.recover")).Status);
    }

    [Fact]
    public async Task Save_InAnEvent_IsBelowTheEventsActivityAndLinkedToTheRecovery()
    {
        using var spans = new Spans("LiveStash");
        Activity.Current = null;
        var circuit = await _server.OpenAsync(_browser);
        Activity.Current = spans.Root;
        var counter = await circuit.AddAsync<Counter>();
        await circuit.DoAsync(() => counter.SetAsync(1));

        var span = Assert.Single(spans.Of("livestash.save"));
        Assert.Equal(spans.Root.SpanId, span.ParentSpanId);
        var origin = Assert.Single(span.Links).Context;
        Assert.Equal("livestash.recover", Assert.Single(spans.Ended, one => one.SpanId == origin.SpanId && one.TraceId == origin.TraceId).OperationName);
        Assert.Equal([("livestash.durability", "default"), ("livestash.engine", "memory"), ("livestash.outcome", "ok"), ("livestash.reason", "asked")], Tags(span));
        await circuit.CloseAsync();
    }

    [Fact]
    public async Task Save_FoundByThePeriodicLook_IsNotPartOfTheCircuitsStart()
    {
        using var spans = new Spans("LiveStash");
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<AutoCounter>();
        await circuit.BackgroundAsync(() => counter.Count = 1);
        _server.Time.Advance(StashSession.LookPeriod);
        await circuit.UntilAsync(() => _server.Engine.Writes.Count == 1, "it was saved");

        Assert.Empty(spans.Of("livestash.save"));
    }

    [Fact]
    public async Task Save_EngineCannotBeReached_IsAnError()
    {
        using var spans = new Spans("LiveStash");
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        _server.Engine.IsUnavailable = true;
        await circuit.DoAsync(() => counter.SetAsync(1));

        Assert.Equal(ActivityStatusCode.Error, Assert.Single(spans.Of("livestash.save")).Status);
    }

    [Fact]
    public void Activities_InsideOfAnothersAndNobodyListensToOurs_AllocateNothing()
    {
        // Another test may listen for a moment.
        long least = long.MaxValue;
        for (var i = 0; i < 1000 && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            using var recover = StashActivities.Recover(null);
            StashActivities.Mark("greeted");
            StashActivities.Recovered("memory", StashStatus.Recovered);
            using var save = StashActivities.Save(default);
            StashActivities.Saved("memory", null, SaveReason.Change, StashOutcome.Ok);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private async Task SaveAsync()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.True((await (await circuit.AddAsync<Counter>()).SetAsync(1)).IsSaved);
    }

    private static (string, string?)[] Tags(Activity span) => [.. span.TagObjects.Select(static tag => (tag.Key, tag.Value as string)).Order()];
}
