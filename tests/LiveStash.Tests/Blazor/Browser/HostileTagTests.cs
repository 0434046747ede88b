using LiveStash.Browser;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiveStash.Tests.Blazor.Browser;

/// <summary>A tag that is not this session's: the page works, status NotFound, one warning without the tag.</summary>
public sealed class HostileTagTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Theory]
    [InlineData("garbage-garbage-garbage")]
    [InlineData("{\"$type\":\"System.Object, mscorlib\"}")]
    [InlineData("\0\uD800 é")]
    [InlineData("LONG")]
    [InlineData("MEGABYTE")]
    public async Task StartAsync_GarbageTag_NotFoundOneWarningAndThePageWorks(string tag)
    {
        tag = tag switch { "LONG" => new string('A', 512), "MEGABYTE" => new string('A', 1_000_000), _ => tag };
        _browser.PutTag(tag);

        await AssertNotFoundAsync(_server, tag);
    }

    [Fact]
    public async Task StartAsync_ScriptThatSendsALongTag_NotFoundOneWarning()
    {
        // Not our script: ours would not have sent it.
        var tag = new string('A', 20_000);
        await using var circuit = await _server.OpenAsync(_browser, page: page => page.Answers["LiveStash.greet"] = $"{{\"tags\":[\"{tag}\"],\"lost\":true}}");

        Assert.Equal(StashStatus.NotFound, (await circuit.AddAsync<Counter>()).Status);
        AssertOneWarning(tag);
        Assert.Empty(_server.Engine.Calls);
    }

    [Fact]
    public async Task StartAsync_TagOfAnotherUser_NotFoundAndTheOthersStashIsUntouched()
    {
        var id = await SaveAsync();
        var tag = _browser.Tag()!;
        var before = await _server.Engine.PeekAsync(id);
        var thief = new FakeBrowser();
        thief.PutTag(tag);
        await using (var circuit = await _server.OpenAsync(thief, context => context.SessionKey = "user:thief"))
        {
            var counter = await circuit.AddAsync<TabCounter>();
            Assert.Equal((StashStatus.NotFound, 0), (counter.Status, counter.Count));
            Assert.True((await counter.SetAsync(1)).IsSaved);
        }

        AssertOneWarning(tag);
        var after = await _server.Engine.PeekAsync(id);
        Assert.Equal((before.Epoch, before.Version), (after.Epoch, after.Version));
        await using var owner = await _server.OpenAsync(_browser);
        Assert.Equal(7, (await owner.AddAsync<TabCounter>()).Count);
    }

    [Theory]
    [InlineData("user:test:1")]
    [InlineData("user:test:2")]
    public async Task StashAsync_TheKeyThatTheEngineSees_IsTheTagsIdBoundToTheSession(string sessionKey)
    {
        await using var circuit = await _server.OpenAsync(_browser, context => context.SessionKey = sessionKey);
        Assert.True((await (await circuit.AddAsync<Counter>()).SetAsync(7)).IsSaved);

        Assert.True(_server.Services.GetRequiredService<StashTags>().TryUnprotect(_browser.Tag()!, sessionKey, out var id));
        Assert.Equal([id.BindTo(sessionKey)], _server.Engine.Calls.Select(call => call.Id).Distinct());
    }

    [Fact]
    public async Task StartAsync_KeyRingChanged_NotFoundOneWarningThatNamesTheFix()
    {
        await SaveAsync();
        await using var server = _server.RestartWithoutKeys();

        await AssertNotFoundAsync(server, _browser.Tag()!);
        Assert.Contains("persist and share the Data Protection key ring", Assert.Single(_server.Logs.WithId(1700)).Text, StringComparison.Ordinal);
    }

    private async Task AssertNotFoundAsync(TestServer server, string tag)
    {
        await using var circuit = await server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<TabCounter>();
        Assert.Equal((StashStatus.NotFound, 0), (counter.Status, counter.Count));
        AssertOneWarning(tag);
        Assert.True((await counter.SetAsync(3)).IsSaved);
        Assert.NotEqual(tag, _browser.Tag());
        Assert.Empty(circuit.Renderer.Errors);
        await circuit.CloseAsync();

        await using var after = await server.OpenAsync(_browser);
        Assert.Equal(3, (await after.AddAsync<TabCounter>()).Count);
    }

    private void AssertOneWarning(string tag)
    {
        var line = Assert.Single(_server.Logs.AtLeast(LogLevel.Information));
        Assert.Equal((1700, LogLevel.Warning), (line.Id, line.Level));
        Assert.All(_server.Logs.Lines, line => Assert.False(tag.Length > 0 && line.Text.Contains(tag, StringComparison.Ordinal), line.Text));
    }

    private async Task<StashId> SaveAsync()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        await (await circuit.AddAsync<TabCounter>()).SetAsync(7);
        return _server.Engine.Calls[^1].Id;
    }
}
