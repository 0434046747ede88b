using LiveStash.Tests.Blazor.Infrastructure;
using LiveStash.Tests.Blazor.Watching;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Browser;

/// <summary>Who the user is becomes known, or changes, inside the circuit, and the tab has a stash of that user.</summary>
public sealed partial class SignInTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task SignIn_InsideACircuitThenALoss_TheUsersStateIsThereAgain(bool takeAlong, bool isKnownAtTheStart)
    {
        await using var server = Server(takeAlong);
        await using (var circuit = await OpenAsync(server))
        {
            var (tab, reconnect) = (await circuit.AddAsync<TabCounter>(), await circuit.AddAsync<Counter>());
            await ChangeUserAsync(circuit, "ann");
            Assert.True((await tab.SetAsync(7)).IsSaved);
            Assert.True((await reconnect.SetAsync(8)).IsSaved);
        }

        _browser.Lost = true;
        _user = isKnownAtTheStart ? "ann" : null;
        await using (var circuit = await OpenAsync(server))
        {
            var (tab, reconnect) = (await circuit.AddAsync<TabCounter>(), await circuit.AddAsync<Counter>());
            Assert.Equal(isKnownAtTheStart ? (7, 8) : (0, 0), (tab.Count, reconnect.Count));
            await ChangeUserAsync(circuit, "ann");
            Assert.Equal((7, 8, StashStatus.Recovered), (tab.Count, reconnect.Count, tab.Status));

            // It is the same one, and goes on.
            Assert.True((await tab.SetAsync(9)).IsSaved);
        }

        await using var again = await OpenAsync(server);
        var after = await again.AddAsync<TabCounter>();
        await ChangeUserAsync(again, "ann");
        Assert.Equal(9, after.Count);
    }

    [Fact]
    public async Task SignIn_InsideACircuitAndAServiceKeepsTheState_ThePageShowsTheUsers()
    {
        await using var server = Server(configure: static builder => builder.AddService<ServiceTests.CartState>());
        _user = "ann";
        await using (var circuit = await OpenAsync(server))
        {
            var cart = (await circuit.AddAsync<ServiceTests.CartPage>()).Cart;
            await circuit.DoAsync(() => cart.Items.Add("boots"));
            await circuit.SettleAsync();
        }

        _browser.Lost = true;
        _user = null;
        await using var next = await OpenAsync(server);
        var failing = await next.AddAsync<FailingPage>();
        var page = await next.AddAsync<ServiceTests.CartPage>();
        Assert.Equal([""], page.Rendered);
        failing.Fails = true;
        await ChangeUserAsync(next, "ann");
        failing.Fails = false;

        // Also where another one cannot be.
        Assert.Equal(["", "boots"], page.Rendered);
        Assert.Single(server.Logs.WithId(1218));
        await next.DoAsync(() => page.Cart.Items.Add("hat"));
        await next.SettleAsync();
        Assert.Equal(["[\"boots\",\"hat\"]"], (await server.Engine.ContentAsync(server.Engine.Calls[^1].Id))!.Values);
    }

    private sealed class FailingPage : ServiceTests.CartPage
    {
        public bool Fails { get; set; }

        protected override bool ShouldRender() => Fails ? throw new InvalidOperationException("Not now.") : base.ShouldRender();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignOut_AndInAgainInAnotherTab_WhatIsOnTheScreenIsTheUsersAgain(bool takeAlong)
    {
        await using var server = Server(takeAlong);
        _user = "ann";
        await using (var circuit = await OpenAsync(server))
        {
            var counter = await circuit.AddAsync<Counter>();
            Assert.True((await counter.SetAsync(7)).IsSaved);
            var anns = server.Engine.Calls[^1].Id;

            await ChangeUserAsync(circuit, null);
            await ChangeUserAsync(circuit, "ann");
            Assert.Equal(7, counter.Count);
            Assert.True((await (await circuit.AddAsync<Counter>("more")).SetAsync(1)).IsSaved);
            Assert.Equal(anns, server.Engine.Calls[^1].Id);
        }

        _browser.Lost = true;
        await using var back = await OpenAsync(server);
        Assert.Equal(7, (await back.AddAsync<Counter>()).Count);
    }

    [Fact]
    public async Task SignOut_AndInAgainAfterATagThatDidNotArrive_WhatIsSavedIsThereAfterALoss()
    {
        await using var server = Server();
        _user = "ann";
        await using (var circuit = await OpenAsync(server))
        {
            var counter = await circuit.AddAsync<Counter>();
            Assert.True((await counter.SetAsync(1)).IsSaved);
            circuit.Page.Answers["LiveStash.setTag"] = "false";
            Assert.True((await circuit.DoAsync(circuit.Stash.ResetAsync)).IsSaved);
            Assert.True((await counter.SetAsync(3)).IsRetrying);
            circuit.Page.Answers.Clear();
            await ChangeUserAsync(circuit, null);
            await ChangeUserAsync(circuit, "ann");

            Assert.True((await counter.SetAsync(5)).IsSaved);
        }

        _browser.Lost = true;
        await using var next = await OpenAsync(server);
        Assert.Equal(5, (await next.AddAsync<Counter>()).Count);
    }

    /// <summary>The session has run out, or was ended elsewhere: the page leads to the one to sign in, which its user has not asked for.</summary>
    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, "LiveStash.owe")]
    [InlineData(false, "LiveStash.started")]
    public async Task SignOut_OfAPageThatIsNotLeftThenSignInByAnother_ItsStateIsThereForThatUserOnce(bool takeAlong, string? lost)
    {
        await using var server = Server(takeAlong);
        _user = "ann";
        await using (var circuit = await OpenAsync(server))
        {
            Assert.True((await (await circuit.AddAsync<Counter>()).SetAsync(7)).IsSaved);
            circuit.Page.HangingFunctions.UnionWith(lost is null ? [] : [lost]);
            await ChangeUserAsync(circuit, null);
            circuit.Page.HangingFunctions.Clear();
        }

        foreach (var (user, expected) in new[] { (null, 0), ("bob", 0), ("ann", 7), (null, 0), ("ann", 0) })
        {
            _user = user;
            await using var next = await OpenAsync(server);
            Assert.Equal((user, expected), (user, (await next.AddAsync<Counter>()).Count));
            await next.AcknowledgeAsync();
            await next.SettleAsync();
        }
    }

    /// <summary>The page may be gone before it is the change of user's turn.</summary>
    [Fact]
    public async Task SignOut_OfAPageThatIsNotLeftWhileAWriteHangs_TheTabKnowsAtOnceWhatIsOwed()
    {
        await using var server = Server();
        _user = "ann";
        var circuit = await OpenAsync(server);
        var counter = await circuit.AddAsync<Counter>();
        Assert.True((await counter.SetAsync(7)).IsSaved);
        var gate = server.Engine.Gate = new();
        _ = circuit.DoAsync(() => counter.SetAsync(8));
        await circuit.SettleAsync();

        await ChangeUserAsync(circuit, null);
        Assert.EndsWith("~*", Assert.Single(_browser.Kept()), StringComparison.Ordinal);
        server.Engine.Gate = null;
        gate.SetResult();
        await circuit.CloseAsync();
        await using var back = await OpenAsync(server);
        Assert.Equal(8, (await back.AddAsync<Counter>()).Count);
    }

    [Fact]
    public async Task SignOut_WhileTheConnectionIsAway_TheTabKnowsWhatIsOwedWhenItIsBack()
    {
        await using var server = Server();
        _user = "ann";
        await using var circuit = await OpenAsync(server);
        Assert.True((await (await circuit.AddAsync<Counter>()).SetAsync(7)).IsSaved);
        circuit.Page.Hangs = true;
        await ChangeUserAsync(circuit, null);

        circuit.Page.Hangs = false;
        await circuit.UntilAsync(
            () =>
            {
                server.Time.Advance(TimeSpan.FromSeconds(1));
                return _browser.Kept()[^1].EndsWith("~*", StringComparison.Ordinal);
            },
            "the news");
    }

    [Fact]
    public async Task SignIn_InsideACircuitWhileTheEngineIsOut_WhatIsSavedIsNotOverwritten()
    {
        await using var server = Server();
        _user = "ann";
        var anns = await SaveAsync(server, 7);
        _user = null;
        await using (var circuit = await OpenAsync(server))
        {
            var (counter, other) = (await circuit.AddAsync<TabCounter>(), await circuit.AddAsync<TabCounter>("other"));
            server.Engine.IsUnavailable = true;
            await ChangeUserAsync(circuit, "ann");
            Assert.True((await other.SetAsync(3)).IsRetrying);
            Assert.Equal(0, counter.Count);

            server.Engine.IsUnavailable = false;
            server.Time.Advance(TimeSpan.FromSeconds(6));
            await circuit.UntilAsync(() => counter.Count == 7, "the late answer");
            await circuit.UntilAsync(() => !circuit.Stash.HasUnsavedChanges, "the save");
        }

        Assert.Equal(
            ["7", "3"],
            (await server.Engine.ContentAsync(anns))!.OrderBy(entry => entry.Key.Length).Select(entry => entry.Value));
    }

    [Fact]
    public async Task SignIn_InsideACircuitBeforeTheBrowserHasToldItsTags_TheUsersStateComesLate()
    {
        await using var server = Server();
        _user = "ann";
        await SaveAsync(server, 7);
        _user = null;
        var told = new TaskCompletionSource();
        TestCircuit circuit = null!;
        Task starting = null!;
        await WithCookieAsync(Cookie, () =>
        {
            circuit = server.Create(_browser, page: page => page.Waits["LiveStash.greet"] = told.Task);
            starting = circuit.StartAsync();
            return Task.CompletedTask;
        });
        await circuit.UntilAsync(() => circuit.Page.Calls.Contains("LiveStash.greet"), "the question");
        server.Time.Advance(LiveStashOptions.DefaultEngineTimeout);
        await starting.WaitAsync(Wait.Limit);
        var counter = await circuit.AddAsync<TabCounter>();

        await ChangeUserAsync(circuit, "ann");
        told.SetResult();
        await circuit.SettleAsync();
        server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => counter.Count == 7, "the late answer");
        await circuit.CloseAsync();
    }
}
