using LiveStash.Tests.Blazor.Infrastructure;

namespace LiveStash.Tests.Blazor.Recovering;

/// <summary>A tab with saved state, and an engine that is out for a time.</summary>
public abstract class OutageTest : IAsyncLifetime
{
    private protected readonly TestServer _server = new();
    private protected readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    private protected static string Entry(string key) => Counter.Entry<TabCounter>("Count", key, StashScope.Tab);

    private protected async Task SaveAsync(params (string Key, int Count)[] counters)
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var added = new List<(TabCounter Counter, int Count)>();
        foreach (var (key, count) in counters)
        {
            added.Add((await circuit.AddAsync<TabCounter>(key), count));
        }

        await Task.WhenAll(await circuit.DoAsync(() => Task.FromResult(added.Select(item => item.Counter.SetAsync(item.Count)).ToArray())));
    }

    private protected async Task<Dictionary<string, string>> ContentAsync() =>
        await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id) ?? throw new InvalidOperationException("There is no such stash.");
}
