using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Browser;

/// <summary>What a visitor has saved comes along.</summary>
public sealed partial class SignInTests
{
    [Fact]
    public async Task SignIn_WithTakeAlongAfterTheUsersOwnStashHasExpired_TheVisitorsComesAlong()
    {
        await using var server = Server(takeAlong: true);
        _user = "ann";
        await SaveAsync(server, 1);
        server.Time.Advance(LiveStashOptions.DefaultTimeToLive);
        _user = null;
        await SaveAsync(server, 7);

        _user = "ann";
        await using (var circuit = await OpenAsync(server))
        {
            var counter = await circuit.AddAsync<TabCounter>();
            Assert.Equal((StashStatus.Recovered, 7), (counter.Status, counter.Count));
            await circuit.SettleAsync();
        }

        await using (var again = await OpenAsync(server))
        {
            Assert.Equal(7, (await again.AddAsync<TabCounter>()).Count);
        }

        _user = null;
        await using var signedOut = await OpenAsync(server);
        Assert.Equal(0, (await signedOut.AddAsync<TabCounter>()).Count);
    }

    [Fact]
    public async Task SignIn_WithTakeAlongWhileTheUserHasAStash_WhatTheVisitorSavedComesOverIt()
    {
        await using var server = Server(takeAlong: true);
        _user = "ann";
        await using (var circuit = await OpenAsync(server))
        {
            Assert.True((await (await circuit.AddAsync<TabCounter>("letter")).SetAsync(1)).IsSaved);
            Assert.True((await (await circuit.AddAsync<TabCounter>()).SetAsync(2)).IsSaved);
        }

        _user = null;
        await SaveAsync(server, 7);

        _user = "ann";
        for (var i = 0; i < 2; i++)
        {
            await using var circuit = await OpenAsync(server);
            Assert.Equal((7, 1), ((await circuit.AddAsync<TabCounter>()).Count, (await circuit.AddAsync<TabCounter>("letter")).Count));
            await circuit.SettleAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignIn_WithTakeAlongAfterAVisitorsPageThatSavedNothing_TheUsersOwnIsThere(bool isKnownLater)
    {
        await using var server = Server(takeAlong: true);
        _user = "ann";
        var anns = await SaveAsync(server, 1);
        _user = null;
        await using (var login = await OpenAsync(server))
        {
            await login.AddAsync<TabCounter>("name");
            await login.SettleAsync();
        }

        _user = isKnownLater ? null : "ann";
        await using var circuit = await OpenAsync(server);
        await ChangeUserAsync(circuit, "ann");
        var counter = await circuit.AddAsync<TabCounter>();
        Assert.Equal(1, counter.Count);
        Assert.True((await counter.SetAsync(2)).IsSaved);
        Assert.Equal(anns, server.Engine.Calls[^1].Id);
    }

    [Fact]
    public async Task SignIn_WithTakeAlong_AnotherBrowsersAnonymousTagIsNotTaken()
    {
        await using var server = Server(takeAlong: true);
        await SaveAsync(server, 7);

        _user = "ann";
        await using var circuit = await OpenAsync(server, "another cookie of forty three characters...");
        Assert.Equal(StashStatus.NotFound, (await circuit.AddAsync<TabCounter>()).Status);
        Assert.Single(server.Logs.WithId(1700));
    }

    [Fact]
    public async Task SignIn_WithTakeAlongWhileTheEngineIsOut_TheVisitorsStashComesLate()
    {
        await using var server = Server(takeAlong: true);
        await SaveAsync(server, 7);
        var tag = _browser.Tag();

        _user = "ann";
        server.Engine.IsUnavailable = true;
        await using (var circuit = await OpenAsync(server))
        {
            var counter = await circuit.AddAsync<TabCounter>();
            await circuit.SettleAsync();
            Assert.Equal((StashStatus.Error, tag), (counter.Status, _browser.Tag()));

            server.Engine.IsUnavailable = false;
            server.Time.Advance(TimeSpan.FromSeconds(6));
            await circuit.UntilAsync(() => counter.Count == 7, "the late answer");
            await circuit.SettleAsync();
            Assert.NotEqual(tag, Assert.Single(_browser.Tags()));
        }

        await using var again = await OpenAsync(server);
        Assert.Equal(7, (await again.AddAsync<TabCounter>()).Count);
    }

    /// <summary>What both have is asked for then, and nothing of it is written yet.</summary>
    [Theory]
    [InlineData("memory")]
    [InlineData("memory+browser")]
    [InlineData("browser")]
    public async Task SignIn_InsideACircuitWithTakeAlongAndThePageIsLostAtOnce_WhatBothHaveIsThere(string engine)
    {
        await using var server = Server(takeAlong: true, configure: builder => builder.AddBrowserEngine(StashTokenProtection.Encrypt).AddBrowserFallback("memory").UseEngine(engine));
        _user = "ann";
        await using (var before = await OpenAsync(server))
        {
            Assert.True((await (await before.AddAsync<TabCounter>("letter")).SetAsync(1)).IsSaved);
        }

        _user = null;
        var circuit = await OpenAsync(server);
        Assert.True((await (await circuit.AddAsync<TabCounter>()).SetAsync(7)).IsSaved);
        circuit.Page.HangingFunctions.Add("LiveStash.askLate");
        await ChangeUserAsync(circuit, "ann");
        await circuit.UntilAsync(() => circuit.Page.Calls.Contains("LiveStash.askLate"), "the question");
        circuit.Page.IsGone = true;
        await circuit.CloseAsync();

        (_browser.Lost, _user) = (true, "ann");
        await using var next = await OpenAsync(server);
        Assert.Equal((7, 1), ((await next.AddAsync<TabCounter>()).Count, (await next.AddAsync<TabCounter>("letter")).Count));
    }
}
