using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Browser;

/// <summary>A user signs in inside the circuit while the engine is out.</summary>
public sealed partial class SignInTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignIn_WithTakeAlongWhileTheVisitorsStashIsUnread_TheUsersOwnIsBeneathIt(bool visitorHasSaved)
    {
        await using var server = Server(takeAlong: true);
        _user = "ann";
        await using (var circuit = await OpenAsync(server))
        {
            Assert.True((await (await circuit.AddAsync<Counter>("letter")).SetAsync(1)).IsSaved);
        }

        // As a loss leaves it: owed to the page that shows it.
        _browser.Lost = true;
        _user = null;
        await using (var circuit = await OpenAsync(server))
        {
            var name = await circuit.AddAsync<TabCounter>();
            Assert.True(!visitorHasSaved || (await name.SetAsync(7)).IsSaved);
            await circuit.SettleAsync();
        }

        server.Engine.IsUnavailable = true;
        await using var later = await OpenAsync(server);
        var (letter, counter) = (await later.AddAsync<Counter>("letter"), await later.AddAsync<TabCounter>());
        await ChangeUserAsync(later, "ann");
        server.Engine.IsUnavailable = false;
        server.Time.Advance(TimeSpan.FromSeconds(6));
        await later.UntilAsync(() => letter.Count == 1, "the late answer");
        Assert.Equal(visitorHasSaved ? 7 : 0, counter.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignIn_WithTakeAlongThenALossBeforeAnythingIsSaved_WhatTheVisitorSavedIsThere(bool userHasStash)
    {
        await using var server = Server(takeAlong: true);
        if (userHasStash)
        {
            _user = "ann";
            await SaveAsync(server, 1);
            _user = null;
        }

        await using (var circuit = await OpenAsync(server))
        {
            Assert.True((await (await circuit.AddAsync<TabCounter>()).SetAsync(7)).IsSaved);
            server.Engine.IsUnavailable = true;
            await ChangeUserAsync(circuit, "ann");
            await circuit.AddAsync<TabCounter>("more");
            await circuit.SettleAsync();
        }

        server.Engine.IsUnavailable = false;
        _browser.Lost = true;
        _user = "ann";
        await using (var back = await OpenAsync(server))
        {
            Assert.Equal(7, (await back.AddAsync<TabCounter>()).Count);
            await back.SettleAsync();
        }

        _user = null;
        await using var signedOut = await OpenAsync(server);
        Assert.Equal(0, (await signedOut.AddAsync<TabCounter>()).Count);
    }

    [Fact]
    public async Task SignIn_WithTakeAlongAndOutBeforeAnythingIsSaved_NothingOfBeforeIsLeft()
    {
        await using var server = Server(takeAlong: true);
        await using (var circuit = await OpenAsync(server))
        {
            Assert.True((await (await circuit.AddAsync<TabCounter>()).SetAsync(7)).IsSaved);
            server.Engine.IsUnavailable = true;
            await ChangeUserAsync(circuit, "ann");
            await ChangeUserAsync(circuit, null);
        }

        server.Engine.IsUnavailable = false;
        await using var next = await OpenAsync(server);
        Assert.Equal(0, (await next.AddAsync<TabCounter>()).Count);
    }

    [Fact]
    public async Task SignIn_WithAFallbackWhileTheEngineIsOut_TheUserSeesTheCopyAtOnce()
    {
        await using var server = Server(configure: builder => builder.WithBrowserFallback());
        _user = "ann";
        var anns = await SaveAsync(server, 7);
        _user = null;
        await using var circuit = await OpenAsync(server);
        var (counter, other) = (await circuit.AddAsync<TabCounter>(), await circuit.AddAsync<TabCounter>("other"));
        server.Engine.IsUnavailable = true;
        await ChangeUserAsync(circuit, "ann");
        await circuit.UntilAsync(() => counter.Count == 7, "the copy");
        Assert.True((await other.SetAsync(3)).IsRetrying);

        server.Engine.IsUnavailable = false;
        server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => !circuit.Stash.HasUnsavedChanges, "the save");
        Assert.Equal(["3", "7"], (await server.Engine.ContentAsync(anns))!.Values.Order());
        Assert.Equal((7, 1), (counter.Count, counter.Recoveries));
    }

    [Fact]
    public async Task SignIn_WithAFallbackAndAChangeBeforeTheCopyIsThere_WhatIsSavedIsNotOverwritten()
    {
        await using var server = Server(configure: builder => builder.WithBrowserFallback());
        _user = "ann";
        var anns = await SaveAsync(server, 7);
        _user = null;
        await using var circuit = await OpenAsync(server);
        var counter = await circuit.AddAsync<TabCounter>();
        server.Engine.IsUnavailable = true;
        var told = new TaskCompletionSource();
        circuit.Page.Waits["LiveStash.loadState"] = told.Task;
        await ChangeUserAsync(circuit, "ann");
        var saving = circuit.DoAsync(() => counter.SetAsync(3));
        await circuit.SettleAsync();
        told.SetResult();
        Assert.False((await saving).IsSaved);
        server.Engine.IsUnavailable = false;
        server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => !circuit.Stash.HasUnsavedChanges, "the save");

        Assert.Equal(["7"], (await server.Engine.ContentAsync(anns))!.Values);
        Assert.Equal(3, counter.Count);
        Assert.True(circuit.Stash.For(counter).TryGetSaved<int>("Count", out var saved));
        Assert.Equal(7, saved);
    }

    [Fact]
    public async Task SignIn_WithTakeAlongAndAFallbackThenALoss_AlsoWhatTheUserHasEnteredSinceIsThere()
    {
        await using var server = Server(takeAlong: true, configure: builder => builder.WithBrowserFallback());
        await using (var circuit = await OpenAsync(server))
        {
            var counter = await circuit.AddAsync<TabCounter>();
            Assert.True((await counter.SetAsync(7)).IsSaved);
            server.Engine.IsUnavailable = true;
            await ChangeUserAsync(circuit, "ann");
            Assert.True((await (await circuit.AddAsync<TabCounter>("more")).SetAsync(8)).IsRetrying);
            await circuit.SettleAsync();
        }

        server.Engine.IsUnavailable = false;
        _browser.Lost = true;
        _user = "ann";
        await using var back = await OpenAsync(server);
        Assert.Equal((7, 8), ((await back.AddAsync<TabCounter>()).Count, (await back.AddAsync<TabCounter>("more")).Count));
    }
}
