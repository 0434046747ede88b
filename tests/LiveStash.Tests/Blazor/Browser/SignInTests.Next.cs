using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiveStash.Tests.Blazor.Browser;

/// <summary>The user changes inside the circuit: nothing of the former one is shown to, mixed with or counted for the next.</summary>
public sealed partial class SignInTests
{
    private static readonly string Count = Counter.Entry<AutoTabCounter>("Count", scope: StashScope.Tab);
    private static readonly string Note = Counter.Entry<AutoTabCounter>("Note", scope: StashScope.Tab);

    [Fact]
    public async Task ChangeOfUser_WithASavedValueWithheldFromTheFormer_IsNotTheNextOnesToGet()
    {
        await using var server = Server();
        _user = "ann";
        await SaveAsync(server, 7);
        server.Engine.IsUnavailable = true;
        await using var circuit = await OpenAsync(server);
        var counter = await circuit.AddAsync<TabCounter>();
        Assert.True((await counter.SetAsync(3)).IsRetrying);
        server.Engine.IsUnavailable = false;
        server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => !circuit.Stash.HasUnsavedChanges, "the save");
        Assert.True(circuit.Stash.For(counter).TryGetSaved<int>("Count", out _));

        await ChangeUserAsync(circuit, "bob");
        Assert.False(circuit.Stash.For(counter).TryGetSaved<int>("Count", out _));
    }

    [Fact]
    public async Task ChangeOfUser_AfterTheFormerHasReset_OnlyWhatTheNextChangesIsTheNextOnes()
    {
        await using var server = Server();
        _user = "ann";
        await using var circuit = await OpenAsync(server);
        var counter = await circuit.AddAsync<AutoTabCounter>();
        await circuit.DoAsync(() => (counter.Count, counter.Note) = (7, "ann's"));
        await circuit.UntilAsync(() => !circuit.Stash.HasUnsavedChanges, "the save");
        await circuit.DoAsync(counter.ResetAsync);

        await ChangeUserAsync(circuit, "bob");
        await circuit.DoAsync(() => counter.Count = 8);
        await circuit.UntilAsync(() => !circuit.Stash.HasUnsavedChanges, "the save");
        Assert.Equal([Count], (await server.Engine.ContentAsync(server.Engine.Calls[^1].Id))!.Keys);
    }

    [Fact]
    public async Task ChangeOfUser_AfterWhatTheFormerHadSavedWasPoison_TheNextOnesEntriesStay()
    {
        await using var server = Server();
        var bobs = await SaveBothAsync(server, "bob");
        await SaveBothAsync(server, "ann");
        _browser.Failures = 2;
        await using var circuit = await OpenAsync(server);
        var counter = await circuit.AddAsync<AutoTabCounter>();
        Assert.Equal(StashStatus.Error, counter.Status);

        server.Time.Advance(TimeSpan.FromSeconds(6));
        await ChangeUserAsync(circuit, "bob");
        Assert.Equal("bob's", counter.Note);
        await circuit.DoAsync(() => counter.Count = 8);
        await circuit.UntilAsync(() => !circuit.Stash.HasUnsavedChanges, "the save");
        var content = await server.Engine.ContentAsync(bobs);
        Assert.Equal(("8", true), (content![Count], content.ContainsKey(Note)));
    }

    [Theory]
    [InlineData(0, StashStatus.Error)]
    [InlineData(6, StashStatus.Recovered)]
    public async Task SignIn_InAPageThatCameAfterFailures_OnlyWhatComesRightAfterTheStartCountsAsPoison(int seconds, StashStatus expected)
    {
        await using var server = Server();
        _user = "ann";
        await SaveAsync(server, 7);
        _user = null;
        _browser.Failures = 2;
        await using var circuit = await OpenAsync(server);
        var counter = await circuit.AddAsync<TabCounter>();
        server.Time.Advance(TimeSpan.FromSeconds(seconds));

        await ChangeUserAsync(circuit, "ann");
        Assert.Equal((expected, expected == StashStatus.Recovered ? 7 : 0), (counter.Status, counter.Count));
    }

    [Fact]
    public async Task SignIn_WithAComponentMadeBeforeTheEngineAnswers_TheTagThatThePageGoesByIsOneThatTheTabHas()
    {
        await using var server = Server();
        _user = "ann";
        await SaveAsync(server, 7);
        _user = null;
        await using var circuit = await OpenAsync(server);
        server.Engine.IsUnavailable = true;
        await ChangeUserAsync(circuit, "ann");
        var counter = await circuit.AddAsync<TabCounter>();

        server.Engine.IsUnavailable = false;
        server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => counter.Count == 7, "the late answer");
        Assert.Contains(_browser.Own, _browser.Tags());
    }

    [Fact]
    public async Task SignOut_WhileWhatTheUserHasSavedIsBeingOpened_ItDoesNotComeOntoTheNextOnesScreen()
    {
        await using var server = Server();
        _user = "ann";
        await SaveAsync(server, 7);
        _user = null;
        await using var circuit = await OpenAsync(server);
        var counter = await circuit.AddAsync<TabCounter>();
        var gate = server.Engine.Gate = new();
        await ChangeUserAsync(circuit, "ann");
        await ChangeUserAsync(circuit, null);

        server.Engine.Gate = null;
        gate.SetResult();
        await circuit.SettleAsync();
        Assert.Equal((0, 0), (counter.Count, counter.Recoveries));
        Assert.True((await counter.SetAsync(1)).IsSaved);
    }

    [Fact]
    public async Task ChangeOfUser_WhileAWriteHangs_EachOnesChangesGoIntoTheOwnStash()
    {
        await using var server = Server();
        var anns = await SaveBothAsync(server, "ann");
        await using var circuit = await OpenAsync(server);
        var counter = await circuit.AddAsync<AutoTabCounter>();
        var gate = server.Engine.Gate = new();
        await circuit.DoAsync(() => counter.Count = 1);
        await circuit.SettleAsync();
        await circuit.DoAsync(() => counter.Count = 2);
        await circuit.SettleAsync();

        await ChangeUserAsync(circuit, "bob");
        var other = await circuit.AddAsync<AutoTabCounter>("other");
        var next = await circuit.ReplaceAsync<AutoTabCounter>(counter);
        Assert.Equal((0, null), (next.Count, next.Note));
        await circuit.DoAsync(() => other.Count = 3);
        var saving = circuit.DoAsync(() => next.SetAsync(4));
        await circuit.SettleAsync();
        Assert.False(saving.IsCompleted);

        server.Engine.Gate = null;
        gate.SetResult();
        Assert.True((await saving).IsSaved);
        await circuit.UntilAsync(() => !circuit.Stash.HasUnsavedChanges, "the save");
        var content = await server.Engine.ContentAsync(anns);
        Assert.Equal(("2", 2), (content![Count], content.Count));
        Assert.Equal(["3", "4"], (await server.Engine.ContentAsync(server.Engine.Calls[^1].Id))!.Values.Order());
    }

    /// <summary>What was typed without a connection is sent as soon as it is known whose the circuit is.</summary>
    [Fact]
    public async Task ChangeOfUser_ToldTwiceWhileAWriteHangs_TheBrowserHearsWhoseTheCircuitIsWhenTheStashIsTheirs()
    {
        await using var server = Server();
        _user = "ann";
        await using var circuit = await OpenAsync(server);
        var counter = await circuit.AddAsync<TabCounter>();
        var gate = server.Engine.Gate = new();
        _ = circuit.DoAsync(() => counter.SetAsync(1));
        await circuit.SettleAsync();

        await ChangeUserAsync(circuit, "bob");
        await ChangeUserAsync(circuit, "bob");
        await circuit.SettleAsync();
        Assert.False(_browser.IsOwnerKnown);

        server.Engine.Gate = null;
        gate.SetResult();
        await circuit.UntilAsync(() => _browser.IsOwnerKnown, "the owner");
    }

    /// <summary>As where the connection that has brought the user is lost right then: the page has the tag of the one before, and what was typed for that.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ChangeOfUser_TheBrowserDoesNotHearThatTheCircuitHasBegunAnew_ItHearsThatBeforeItHearsWhoseTheCircuitIs(bool hasStash)
    {
        await using var server = Server();
        if (hasStash)
        {
            _user = "bob";
            await SaveAsync(server, 3);
        }

        _user = "ann";
        await using var circuit = await OpenAsync(server);
        Assert.True((await (await circuit.AddAsync<TabCounter>()).SetAsync(1)).IsSaved);
        server.Engine.IsUnavailable = hasStash;
        var anns = _browser.Own;
        circuit.Page.HangingFunctions.UnionWith(["LiveStash.started", "LiveStash.setTag"]);
        await ChangeUserAsync(circuit, "bob");
        await circuit.DisconnectAsync();
        await circuit.ConnectAsync();
        await ChangeUserAsync(circuit, "bob");
        await circuit.SettleAsync();
        Assert.Equal((false, anns), (_browser.IsOwnerKnown, _browser.Own));

        circuit.Page.HangingFunctions.Clear();
        server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => _browser.IsOwnerKnown, "the owner");
        Assert.NotEqual(anns, _browser.Own);
    }

    /// <summary>The visitor's tag is followed by the user's. What was typed for the one is not of the other.</summary>
    [Fact]
    public async Task SignIn_InsideACircuitAndTheBrowserDoesNotHearOfIt_ItHearsThatTheCircuitHasBegunAnewBeforeItGetsTheTag()
    {
        await using var server = Server();
        await using var circuit = await OpenAsync(server);
        Assert.True((await (await circuit.AddAsync<TabCounter>()).SetAsync(1)).IsSaved);
        circuit.Page.HangingFunctions.UnionWith(["LiveStash.started", "LiveStash.setTag"]);
        await ChangeUserAsync(circuit, "ann");
        await circuit.DisconnectAsync();
        circuit.Page.HangingFunctions.Clear();
        var before = circuit.Page.Calls.Length;
        await circuit.ConnectAsync();
        server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => _browser.IsOwnerKnown, "the owner");

        string[] told = [.. circuit.Page.Calls[before..].Where(static call => call is "LiveStash.setTag" or "LiveStash.started")];
        Assert.Equal(["LiveStash.started", "LiveStash.setTag", "LiveStash.started"], told);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ChangeOfUser_ThatDoesNotSayWhoItIs_NothingIsShownOrSavedAnyMoreAndTheLogSaysSo(bool fails)
    {
        await using var server = Server();
        var anns = await SaveBothAsync(server, "ann");
        await using var circuit = await OpenAsync(server);
        var present = await circuit.AddAsync<TabCounter>();
        if (fails)
        {
            await circuit.DoAsync(() => ((Authentication)circuit.Services.GetRequiredService<AuthenticationStateProvider>()).Fail());
            await circuit.SettleAsync();
        }
        else
        {
            await ChangeUserAsync(circuit, "");
        }

        var counter = await circuit.AddAsync<AutoTabCounter>();
        Assert.Equal((0, null), (counter.Count, counter.Note));
        await circuit.DoAsync(() => counter.Count = 8);
        Assert.False((await present.SetAsync(9)).IsSaved);
        await circuit.SettleAsync();
        Assert.Equal("7", (await server.Engine.ContentAsync(anns))![Count]);
        Assert.Contains("nothing is saved", Assert.Single(server.Logs.AtLeast(LogLevel.Error)).Text, StringComparison.Ordinal);
    }

    private async Task<StashId> SaveBothAsync(TestServer server, string user)
    {
        _user = user;
        await using var circuit = await OpenAsync(server);
        var counter = await circuit.AddAsync<AutoTabCounter>();
        await circuit.DoAsync(() => (counter.Count, counter.Note) = (7, $"{user}'s"));
        await circuit.UntilAsync(() => !circuit.Stash.HasUnsavedChanges, "the save");
        return server.Engine.Calls[^1].Id;
    }
}
