using LiveStash.Tests.Blazor.Infrastructure;

namespace LiveStash.Tests.Blazor.Browser;

/// <summary>What a visitor has saved comes along, and the tab has something of the user already.</summary>
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
}
