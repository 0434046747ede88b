using LiveStash.Declaring;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>A component with state, which notes what it held when.</summary>
internal class Counter : StashComponentBase, IDisposable
{
    [Stash]
    public int Count { get; set; }

    [Stash]
    public string? Note { get; set; }

    /// <summary>What OnInitialized does.</summary>
    [Parameter]
    public Action<Counter>? Initialize { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    public int? InOnInitialized { get; private set; }

    public int? InFirstRender { get; private set; }

    public int Renders { get; private set; }

    public int Recoveries { get; private set; }

    public bool IsDisposed { get; private set; }

    public StashStatus Status => StashStatus;

    public IReadOnlyList<string> Dropped => DroppedProperties;

    /// <summary>The name of an entry of this component type.</summary>
    public static string Entry<T>(string property, string? key = null, StashScope scope = StashScope.Reconnect) =>
        StashNames.Entry(StashNames.Slot(StashPlan.For(typeof(T)), key), property, scope);

    public Task<StashSaveResult> SaveAsync() => StashAsync();

    public Task<StashSaveResult> ResetAsync() => ResetStashAsync();

    /// <summary>Changes the state and saves, as a click's handler.</summary>
    public Task<StashSaveResult> SetAsync(int count)
    {
        Count = count;
        return StashAsync();
    }

    /// <summary>Changes the state and renders, as a click's handler of a component with auto-stash.</summary>
    public void Show(int count)
    {
        Count = count;
        StateHasChanged();
    }

    protected override void OnInitialized()
    {
        InOnInitialized = Count;
        Initialize?.Invoke(this);
    }

    protected override void OnStashRecovered() => Recoveries++;

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        InFirstRender ??= Count;
        Renders++;
        builder.AddContent(0, Count);
        builder.AddContent(1, ChildContent);
    }

    protected override StashSlotSettings StashSettings => new() { AutoSave = false };

    public void Dispose() => IsDisposed = true;
}

internal class TabCounter : Counter
{
    protected override StashSlotSettings StashSettings => new() { AutoSave = false, Scope = StashScope.Tab };
}

/// <summary>As components are without a word: saved by itself.</summary>
internal class AutoCounter : Counter
{
    protected override StashSlotSettings StashSettings => new();
}

/// <summary>The same in the Tab scope.</summary>
internal class AutoTabCounter : Counter
{
    protected override StashSlotSettings StashSettings => new() { Scope = StashScope.Tab };
}
