using LiveStash.Browser;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Browser;

/// <summary>What a browser held before is put back into its storage.</summary>
public sealed class ReplayTests : IAsyncLifetime
{
    private const string Browser = StashEngineNames.Browser;
    private const string WithCopy = StashEngineNames.Memory + StashEngineNames.BrowserFallbackSuffix;

    private readonly TestServer _server = new(builder => builder
        .AddBrowserEngine(StashTokenProtection.Encrypt)
        .AddBrowserFallback(StashEngineNames.Memory)
        .ConfigureCircuit((circuit, uri) => circuit.Engine = uri.AbsolutePath.Trim('/')));

    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Tag_PutBackAfterAReset_NotFound()
    {
        var before = await SaveAsync(StashEngineNames.Memory, 5);
        await ResetAsync(StashEngineNames.Memory);
        PutBack(before);

        Assert.Equal((StashStatus.NotFound, 0), await OpenAsync(StashEngineNames.Memory));
    }

    [Fact]
    public async Task Copy_OfAnOlderStatePutBack_TheEnginesNewerOneWins()
    {
        var before = await SaveAsync(WithCopy, 5);
        await SaveAsync(WithCopy, 9);
        PutBack(before);

        Assert.Equal((StashStatus.Recovered, 9), await OpenAsync(WithCopy));
    }

    [Theory]
    [InlineData(Browser)]
    [InlineData(WithCopy)]
    public async Task Token_PutBackAfterAResetWithoutItsTag_NotFound(string engine)
    {
        var before = await SaveAsync(engine, 5);
        await ResetAsync(engine);
        var tag = _browser.Tag(engine)!;
        Assert.NotEqual(before[$"livestash:tag:{engine}"], tag);

        // Where it was, and where the tab's present tag looks.
        PutBack(before);
        _browser.PutTag(tag, engine);
        var token = _browser.Storage[Assert.Single(_browser.StateKeys)];
        Assert.True(_server.Services.GetRequiredService<StashTags>().TryUnprotect(tag, "user:test:1", out var id));
        _browser.Storage[$"livestash:state:{engine}:{id.BindTo("user:test:1").BindTo("stamp")}"] = token;

        Assert.Equal((StashStatus.NotFound, 0), await OpenAsync(engine));
    }

    [Theory]
    [InlineData(Browser)]
    [InlineData(WithCopy)]
    public async Task TagAndToken_PutBackAfterAResetByWhoeverHasTheSession_AreRecoveredUntilTheyExpireAndNotAfter(string engine)
    {
        var before = await SaveAsync(engine, 5);
        await ResetAsync(engine);
        PutBack(before);

        // No server remembers the reset. It is the visitor's own state, in the visitor's own session.
        Assert.Equal((StashStatus.Recovered, 5), await OpenAsync(engine));

        _server.Engine.LoseEverything();
        _server.Time.Advance(LiveStashOptions.DefaultTimeToLive);
        PutBack(before);
        Assert.Equal((StashStatus.NotFound, 0), await OpenAsync(engine));
    }

    [Theory]
    [InlineData(StashEngineNames.Memory)]
    [InlineData(Browser)]
    [InlineData(WithCopy)]
    public async Task Everything_PutBackAfterSigningOut_NotFound(string engine)
    {
        var before = await SaveAsync(engine, 5);
        PutBack(before);

        Assert.Equal((StashStatus.NotFound, 0), await OpenAsync(engine, "visitor:after-signing-out"));
    }

    private async Task<Dictionary<string, string>> SaveAsync(string engine, int count)
    {
        await using var circuit = await _server.OpenAsync(_browser, context => context.Uri = $"https://shop.example/{engine}");
        Assert.True((await (await circuit.AddAsync<TabCounter>()).SetAsync(count)).IsSaved);
        await circuit.SettleAsync();
        return new(_browser.Storage);
    }

    private async Task ResetAsync(string engine)
    {
        await using var circuit = await _server.OpenAsync(_browser, context => context.Uri = $"https://shop.example/{engine}");
        Assert.True((await (await circuit.AddAsync<TabCounter>()).ResetAsync()).IsSaved);
    }

    private async Task<(StashStatus Status, int Count)> OpenAsync(string engine, string? sessionKey = null)
    {
        await using var circuit = await _server.OpenAsync(_browser, context => (context.Uri, context.SessionKey) = ($"https://shop.example/{engine}", sessionKey ?? context.SessionKey));
        var counter = await circuit.AddAsync<TabCounter>();
        return (counter.Status, counter.Count);
    }

    private void PutBack(Dictionary<string, string> storage)
    {
        _browser.Storage.Clear();
        foreach (var (key, value) in storage)
        {
            _browser.Storage[key] = value;
        }
    }
}
