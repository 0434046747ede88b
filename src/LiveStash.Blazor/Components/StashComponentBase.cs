using Microsoft.AspNetCore.Components;

namespace LiveStash;

/// <summary>
/// A component whose <c>[Stash]</c> properties survive the loss of the circuit. They hold the recovered values before
/// <c>OnInitialized</c> and before the first render of the new circuit.
/// </summary>
/// <remarks>A derived class that has something to dispose of overrides <see cref="Dispose(bool)"/>.</remarks>
public abstract class StashComponentBase : ComponentBase, IHandleAfterRender, IDisposable
{
    private IStashSlot? _slot;
    private bool _rendered;

    /// <summary>Tells several instances of one component type on a page apart. Give it whatever survives a reload, for example the item's id.</summary>
    [Parameter]
    public string? StashKey { get; set; }

    /// <summary>The stash of this circuit.</summary>
    [Inject]
    protected IStash Stash { get; private set; } = default!;

    /// <summary>What became of the saved state of this component.</summary>
    protected StashStatus StashStatus => _slot?.Status ?? StashStatus.New;

    /// <summary>Names of properties whose saved value could not be read any more.</summary>
    protected IReadOnlyList<string> DroppedProperties => _slot?.DroppedProperties ?? [];

    /// <summary>When properties whose attribute names no scope are recovered. Read once, after the parameters are set. Default <see cref="StashScope.Reconnect"/>.</summary>
    protected virtual StashScope StashScope => StashScope.Reconnect;

    /// <summary>Whether the component is saved after each render that followed a change. Default <see langword="false"/>: call <see cref="StashAsync"/>.</summary>
    protected virtual bool AutoStash => false;

    /// <summary>
    /// The version of what this component saves. Raise it when values saved before a deployment must not be read as they are:
    /// they then go to <see cref="MigrateStash"/>. Default 1.
    /// </summary>
    protected virtual int StashVersion => 1;

    /// <inheritdoc />
    public override Task SetParametersAsync(ParameterView parameters)
    {
        // As ComponentBase does it, with the recovery between the parameters and OnInitialized.
        parameters.SetParameterProperties(this);
        if (_slot is null)
        {
            _slot = Stash.Attach(this, new()
            {
                Key = StashKey,
                Scope = StashScope,
                Version = StashVersion,
                Migrate = MigrateStash,
                RecoveredLate = RecoveredLate,
            });
            if (_slot.Status == StashStatus.Recovered)
            {
                OnStashRecovered();
            }
        }

        return base.SetParametersAsync(ParameterView.Empty);
    }

    /// <inheritdoc />
    void IDisposable.Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    // IHandleAfterRender is implemented anew, rather than OnAfterRender overridden, so that a derived class that
    // overrides that one has no base call to forget.
    Task IHandleAfterRender.OnAfterRenderAsync()
    {
        var first = !_rendered;
        _rendered = true;
        if (first)
        {
            (_slot as Sessions.StashSlot)?.FirstRendered();
        }

        OnAfterRender(first);
        var completion = OnAfterRenderAsync(first);
        if (AutoStash)
        {
            _slot?.AutoStash();
        }

        return completion;
    }

    /// <summary>
    /// Saves what differs from what was saved last; see <see cref="IStashSlot.StashAsync"/>. May be called from any thread.
    /// </summary>
    protected async Task<StashSaveResult> StashAsync()
    {
        var result = default(StashSaveResult);
        await InvokeAsync(async () => result = await RequireSlot().StashAsync());
        return result;
    }

    /// <summary>Removes what is saved for this component; see <see cref="IStashSlot.ResetAsync"/>. May be called from any thread.</summary>
    protected async Task<StashSaveResult> ResetStashAsync()
    {
        var result = default(StashSaveResult);
        await InvokeAsync(async () => result = await RequireSlot().ResetAsync());
        return result;
    }

    /// <summary>Runs after values were recovered: before <c>OnInitialized</c>, or before a re-render if the engine answered late.</summary>
    protected virtual void OnStashRecovered()
    {
    }

    /// <summary>
    /// Takes over what another <see cref="StashVersion"/> of this component had saved. Runs where recovery would.
    /// </summary>
    /// <returns>Whether the properties are set. <see langword="false"/>, the default, discards what was saved: status <see cref="StashStatus.Error"/>.</returns>
    protected virtual bool MigrateStash(StashMigration migration) => false;

    /// <summary>Releases what the component holds. An override calls the base.</summary>
    /// <param name="disposing"><see langword="true"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _slot?.Dispose();
        }
    }

    private IStashSlot RequireSlot() =>
        _slot ?? throw new InvalidOperationException("The stash is there from OnInitialized on; do not save in a constructor.");

    private void RecoveredLate()
    {
        OnStashRecovered();
        StateHasChanged();
    }
}
