using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Recovering;

/// <summary>A session on <c>memory+browser</c>: what the page shows and is told while the engine is away.</summary>
public sealed class FallbackSessionTests : IAsyncLifetime
{
    private readonly TestServer _server = new(builder => builder.WithBrowserFallback());
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task StartAsync_EngineUnavailable_TheCopysValuesAtOnceAndSavedToTheEngineLater()
    {
        await SaveAsync(7);
        _server.Engine.IsUnavailable = true;
        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<TabCounter>();
        Assert.Equal((StashStatus.Recovered, 7, 7), (counter.Status, counter.InOnInitialized, counter.InFirstRender));
        Assert.True((await counter.SetAsync(8)).IsRetrying);

        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");
        Assert.Equal("8", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))![Counter.Entry<TabCounter>("Count", scope: StashScope.Tab)]);
    }

    [Fact]
    public async Task StartAsync_EngineUnavailableWithANewerState_ComesLateIfNobodyTouchedTheCopys()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var saving = await before.AddAsync<TabCounter>();
            await saving.SetAsync(5);
            await before.SettleAsync();
            before.Page.HangingFunctions.Add("LiveStash.saveState");
            Assert.True((await saving.SetAsync(9)).IsSaved);
        }

        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<TabCounter>();
        Assert.Equal(5, counter.Count);

        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => counter.Count == 9, "the late recovery");
        Assert.Equal((StashStatus.Recovered, 2), (counter.Status, counter.Recoveries));
    }

    [Fact]
    public async Task StashAsync_EngineAndServerGone_TheCopyHasWhatWasNotAcknowledged()
    {
        await SaveAsync(7);
        await using (var circuit = await _server.OpenAsync(_browser))
        {
            var counter = await circuit.AddAsync<TabCounter>();
            _server.Engine.IsUnavailable = true;
            Assert.True((await counter.SetAsync(8)).IsRetrying);
            await circuit.SettleAsync();
        }

        _server.Engine.LoseEverything();
        _server.Engine.IsUnavailable = false;
        await using var server = _server.Restart();
        await using var after = await server.OpenAsync(_browser);
        Assert.Equal(8, (await after.AddAsync<TabCounter>()).Count);
    }

    [Fact]
    public async Task StashAsync_ValueGoesBackAfterAnUnavailableAttempt_TheCopysValueDoesNotComeBack()
    {
        await using (var circuit = await _server.OpenAsync(_browser))
        {
            var counter = await circuit.AddAsync<TabCounter>();
            await counter.SetAsync(1);
            _server.Engine.IsUnavailable = true;
            Assert.True((await counter.SetAsync(2)).IsRetrying);
            _server.Engine.IsUnavailable = false;
            Assert.True((await counter.SetAsync(1)).IsSaved);
            await circuit.SettleAsync();
        }

        await using var reloaded = await _server.OpenAsync(_browser);
        Assert.Equal(1, (await reloaded.AddAsync<TabCounter>()).Count);
    }

    [Fact]
    public async Task ConnectAsync_CopyWentIntoAConnectionThatWasDead_IsSentAgain()
    {
        var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<TabCounter>();
        await counter.SetAsync(5);
        await circuit.SettleAsync();
        circuit.Page.HangingFunctions.Add("LiveStash.saveState");
        Assert.True((await counter.SetAsync(9)).IsSaved);
        _server.Time.Advance(LiveStashOptions.DefaultEngineTimeout);
        await circuit.SettleAsync();

        await circuit.DisconnectAsync();
        circuit.Page.HangingFunctions.Clear();
        await circuit.ConnectAsync();
        await circuit.SettleAsync();

        _server.Engine.LoseEverything();
        await using var server = _server.Restart();
        await using (var after = await server.OpenAsync(_browser))
        {
            Assert.Equal(9, (await after.AddAsync<TabCounter>()).Count);
        }

        await circuit.CloseAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ResetAsync_OfAProvisionalCopy_NothingReturnsWhenTheEngineIsBack(bool wholeTab)
    {
        await SaveAsync(7);
        _server.Engine.IsUnavailable = true;
        await using (var circuit = await _server.OpenAsync(_browser))
        {
            var counter = await circuit.AddAsync<TabCounter>();
            var result = await circuit.DoAsync(() => wholeTab ? circuit.Stash.ResetAsync() : counter.ResetAsync());
            Assert.True(result.IsRetrying);
            counter.Count = 0;

            _server.Engine.IsUnavailable = false;
            for (var i = 0; i < 3; i++)
            {
                _server.Time.Advance(TimeSpan.FromSeconds(6));
                await circuit.SettleAsync();
            }

            await circuit.UntilAsync(() => circuit.Saves[^1].IsSaved, "the retry");
            Assert.Equal(0, counter.Count);
        }

        await using var reloaded = await _server.OpenAsync(_browser);
        Assert.Equal(0, (await reloaded.AddAsync<TabCounter>()).Count);
    }

    private async Task SaveAsync(int count)
    {
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.True((await (await circuit.AddAsync<TabCounter>()).SetAsync(count)).IsSaved);
        await circuit.SettleAsync();
    }
}
