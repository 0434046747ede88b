using Microsoft.AspNetCore.Components;

namespace LiveStash;

/// <summary>
/// A component with the stash at hand. Nothing needs this class: any component's <c>[Stash]</c> properties are kept. It saves
/// the words for a key, the status and the calls.
/// </summary>
public abstract class StashComponentBase : ComponentBase, IHasStashSettings, IStashRecovered
{
    /// <summary>Tells several instances of one component type on a page apart. Give it whatever survives a reload, for example the item's id.</summary>
    [Parameter, StashKey]
    public string? StashKey { get; set; }

    /// <summary>The stash of this circuit.</summary>
    [Inject]
    protected IStash Stash { get; private set; } = default!;

    /// <summary>What became of the saved state of this component.</summary>
    protected StashStatus StashStatus => Stash.For(this).Status;

    /// <summary>Names of properties whose saved value could not be read any more.</summary>
    protected IReadOnlyList<string> DroppedProperties => Stash.For(this).DroppedProperties;

    /// <summary>How this component is kept. Read once, after the first parameters are set.</summary>
    protected virtual StashSlotSettings StashSettings => new();

    StashSlotSettings IHasStashSettings.StashSettings => StashSettings;

    void IStashRecovered.OnStashRecovered() => OnStashRecovered();

    /// <summary>Completes when the present values are saved; see <see cref="IStashSlot.StashAsync"/>. May be called from any thread.</summary>
    protected async Task<StashSaveResult> StashAsync()
    {
        var result = default(StashSaveResult);
        await InvokeAsync(async () => result = await Stash.For(this).StashAsync());
        return result;
    }

    /// <summary>Removes what is saved for this component; see <see cref="IStashSlot.ResetAsync"/>. May be called from any thread.</summary>
    protected async Task<StashSaveResult> ResetStashAsync()
    {
        var result = default(StashSaveResult);
        await InvokeAsync(async () => result = await Stash.For(this).ResetAsync());
        return result;
    }

    /// <summary>Runs after values were recovered: before <c>OnInitialized</c>, or before a re-render if the engine answered late.</summary>
    protected virtual void OnStashRecovered()
    {
    }
}
