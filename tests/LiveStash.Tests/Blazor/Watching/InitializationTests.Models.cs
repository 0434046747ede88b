using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>Objects that a page has hold of: what is recovered or typed comes into them, and no other takes their place.</summary>
public sealed partial class InitializationTests
{
    /// <summary>Without any loss: the user is quicker than what the page loads.</summary>
    [Fact]
    public async Task OnInitializedAsync_AddsToTheModelThatTheUserTypesInto_TheFormKeepsItsModelWithBoth()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var form = await circuit.AddAsync<Form>();
        await HandleAsync(circuit, form, () => form.Model.Name = "typed");
        await circuit.SettleAsync();
        await circuit.BackgroundAsync(form.Loading.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Same(form.Context!.Model, form.Model);
        Assert.Equal(("typed", "DE"), (form.Model.Name, form.Model.Country));
        Assert.Contains("\"typed\"", await SavedAsync(), StringComparison.Ordinal);
        Assert.Contains("\"DE\"", await SavedAsync(), StringComparison.Ordinal);
    }

    /// <summary>What was recovered or typed is not overwritten by it; what nobody else has set stays.</summary>
    [Fact]
    public async Task OnInitializedAsync_SetsWhatWasRecoveredAndTheUserTypesElsewhere_BothStayAndWhatNobodyHasSetIsItsOwn()
    {
        await EditModelAsync<OverwritingForm>();
        await using var circuit = await _server.OpenAsync(_browser);
        var form = await circuit.AddAsync<OverwritingForm>();
        await HandleAsync(circuit, form, () => form.Model.Address = new() { City = "Bonn" });
        await circuit.SettleAsync();
        await circuit.BackgroundAsync(form.Loading.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Same(form.Context!.Model, form.Model);
        Assert.Equal(("edited", "Bonn", "DE"), (form.Model.Name, form.Model.Address.City, form.Model.Country));
        var saved = await SavedAsync();
        Assert.All(["edited", "Bonn", "DE"], text => Assert.Contains($"\"{text}\"", saved, StringComparison.Ordinal));
    }

    /// <summary>One field of a page that says Error is typed into, and what is saved of the others is not lost by that.</summary>
    [Fact]
    public async Task Model_TypedIntoWhileTheEngineIsAway_GetsTheOtherMembersWithTheLateAnswer()
    {
        await EditModelAsync<Form>();
        var stash = _server.Engine.Calls[^1].Id;
        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var form = await circuit.AddAsync<Form>();
        await circuit.BackgroundAsync(form.Loading.SetResult);
        await circuit.AcknowledgeAsync();
        Assert.Equal(StashStatus.Error, circuit.Stash.For(form).Status);
        await HandleAsync(circuit, form, () => form.Model.Address.City = "Bonn");
        await circuit.AcknowledgeAsync();
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => form.Model.Name == "edited", "the late answer");
        await circuit.SettleAsync();

        Assert.Same(form.Context!.Model, form.Model);
        Assert.Equal(("edited", "Bonn"), (form.Model.Name, form.Model.Address.City));
        await circuit.UntilAsync(() => circuit.Saves.Count > 0 && circuit.Saves[^1].IsSaved, "what was put together, saved");
        var saved = await SavedAsync();
        Assert.All(["edited", "Bonn"], text => Assert.Contains(text, saved, StringComparison.Ordinal));
        Assert.NotEqual(stash, _server.Engine.Calls[^1].Id);
        Assert.DoesNotContain("Bonn", (await _server.Engine.ContentAsync(stash))!.Values.Single(), StringComparison.Ordinal);
        Assert.True(circuit.Stash.For(form).TryGetSaved<Contact>(nameof(Form.Model), out var before));
        Assert.Equal(("edited", ""), (before!.Name, before.Address.City));
    }

    [Fact]
    public async Task OnInitializedAsync_LoadsTheModelAndMakesItsEditContextAfterALoss_TheFormEditsWhatWasRecovered()
    {
        await EditModelAsync<LoadedForm>();
        await using var circuit = await _server.OpenAsync(_browser);
        var form = await circuit.AddAsync<LoadedForm>();
        await circuit.BackgroundAsync(form.Loading.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Same(form.Context!.Model, form.Model);
        Assert.Equal(("edited", "Bonn"), (form.Model.Name, form.Model.Address.City));
    }

    /// <summary>What cannot be set from outside would be missing in it: then the whole that was saved is better.</summary>
    [Fact]
    public async Task OnInitializedAsync_ModelThatCannotBeFilled_IsAnotherAndWhole()
    {
        await EditModelAsync<ClosedForm>();
        await using var circuit = await _server.OpenAsync(_browser);
        var form = await circuit.AddAsync<ClosedForm>();
        await circuit.BackgroundAsync(form.Loading.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Equal("edited", form.Draft.Name);
        Assert.Equal(3, form.Draft.Steps);
    }

    [Fact]
    public async Task OnInitialized_MakesAnEditContextAndTheEngineAnswersLate_TheFormEditsWhatWasRecovered()
    {
        await EditModelAsync<Form>();
        _server.Engine.IsUnavailable = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var form = await circuit.AddAsync<Form>();
        await circuit.BackgroundAsync(form.Loading.SetResult);
        await circuit.AcknowledgeAsync();
        _server.Engine.IsUnavailable = false;
        _server.Time.Advance(TimeSpan.FromSeconds(6));
        await circuit.UntilAsync(() => form.Model.Name == "edited", "the late answer");

        Assert.Same(form.Context!.Model, form.Model);
    }

    private async Task EditModelAsync<T>()
        where T : FormBase
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var form = await before.AddAsync<T>();
            await before.BackgroundAsync(form.Loading.SetResult);
            await before.AcknowledgeAsync();
            await HandleAsync(before, form, form.Edit);
            await before.SettleAsync();
        }

        _browser.Lost = true;
    }

    private async Task<string> SavedAsync() => (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))!.Values.Single();

    public abstract class FormBase : ComponentBase
    {
        public TaskCompletionSource Loading { get; } = new();

        public EditContext? Context { get; protected set; }

        public abstract void Edit();
    }

    /// <summary>Its context is there with the first render.</summary>
    public class Form : FormBase
    {
        [Stash(Scope = StashScope.Tab)]
        public Contact Model { get; set; } = new();

        public override void Edit() => Model.Name = "edited";

        protected override async Task OnInitializedAsync()
        {
            Context = new(Model);
            await Loading.Task;
            Model.Country = "DE";
        }
    }

    /// <summary>It sets what it has loaded one by one.</summary>
    public class OverwritingForm : FormBase
    {
        [Stash]
        public Contact Model { get; set; } = new();

        public override void Edit() => Model.Name = "edited";

        protected override async Task OnInitializedAsync()
        {
            Context = new(Model);
            await Loading.Task;
            (Model.Name, Model.Country) = ("loaded", "DE");
        }
    }

    /// <summary>Its context is there when its model is.</summary>
    public class LoadedForm : FormBase
    {
        [Stash]
        public Contact Model { get; set; } = new();

        public override void Edit() => (Model.Name, Model.Address.City) = ("edited", "Bonn");

        protected override async Task OnInitializedAsync()
        {
            await Loading.Task;
            Model = new() { Name = "loaded" };
            Context = new(Model);
        }
    }

    public class ClosedForm : FormBase
    {
        [Stash]
        public Draft Draft { get; set; } = new();

        public override void Edit() => Draft.Enter("edited", 3);

        protected override async Task OnInitializedAsync()
        {
            await Loading.Task;
            Draft = new() { Name = "loaded" };
            Context = new(Draft);
        }
    }

    public sealed class Contact
    {
        public string Name { get; set; } = "";

        public string Country { get; set; } = "";

        public Address Address { get; set; } = new();
    }

    public sealed class Address
    {
        public string City { get; set; } = "";
    }

    public sealed class Draft
    {
        public string Name { get; set; } = "";

        public int Steps { get; private set; }

        public void Enter(string name, int steps) => (Name, Steps) = (name, steps);
    }
}
