using LiveStash.Tests.Blazor.Infrastructure;

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
}
