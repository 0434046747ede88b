using LiveStash;
using Microsoft.AspNetCore.Components;
using Showcase.Hosting;

namespace Showcase.Parts;

/// <summary>
/// A page with an engine in its address. Reads <c>scope</c> and <c>auto</c> of the query, and keeps the three things that the
/// page shows about its stash: the status, the writes, and the value that was saved last.
/// </summary>
public abstract class ShowcasePage : StashComponentBase
{
    private string? _givenUp;
    private int _saving;
    private int _saves;
    private int _newestSave;
    private long _shownWrites;
    private bool _disposed;

    /// <summary>The engine, from the address.</summary>
    [Parameter]
    public string Engine { get; set; } = "";

    /// <summary>The <c>scope</c> of the query: <c>reconnect</c> or <c>tab</c>.</summary>
    [SupplyParameterFromQuery(Name = "scope")]
    public string? ScopeText { get; set; }

    /// <summary>The <c>auto</c> of the query: <c>true</c>, <c>false</c>, <c>1</c> or <c>0</c>.</summary>
    [SupplyParameterFromQuery(Name = "auto")]
    public string? AutoText { get; set; }

    /// <inheritdoc />
    protected override StashScope StashScope => Enum.TryParse<StashScope>(ScopeText, ignoreCase: true, out var scope) ? scope : DefaultScope;

    /// <inheritdoc />
    protected override bool AutoStash => ShowcaseUrl.ParseSwitch(AutoText) ?? DefaultAuto;

    /// <summary>The scope without a <c>scope</c> in the query.</summary>
    protected virtual StashScope DefaultScope => StashScope.Reconnect;

    /// <summary>Whether the page stashes by itself without an <c>auto</c> in the query.</summary>
    protected virtual bool DefaultAuto => false;

    /// <summary>The present value in short: what <see cref="SavedValue"/> becomes once it is saved. Empty: nothing worth saving.</summary>
    protected abstract string CurrentValue { get; }

    /// <summary>The last value that the engine acknowledged; empty when nothing is saved.</summary>
    protected string SavedValue { get; private set; } = "";

    /// <summary>Whether the page has changes that were not acknowledged, and were not given up by a reset.</summary>
    protected bool Unsaved => CurrentValue != SavedValue && CurrentValue != _givenUp;

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        _shownWrites = Stash.AcknowledgedWrites;
        Stash.Saved += OnSaved;
    }

    /// <inheritdoc />
    protected override void OnStashRecovered() => SavedValue = CurrentValue;

    /// <summary>Saves what was just changed, unless auto-stash does.</summary>
    protected Task ChangedAsync() => AutoStash ? Task.CompletedTask : SaveAsync();

    /// <summary>Saves, and shows as saved what the engine acknowledged.</summary>
    protected async Task<StashSaveResult> SaveAsync()
    {
        var value = CurrentValue;
        var number = ++_saves;
        _saving++;
        StashSaveResult result;
        try
        {
            result = await StashAsync();
        }
        finally
        {
            _saving--;
        }

        if (result.IsSaved && number > _newestSave)
        {
            (_newestSave, SavedValue, _givenUp) = (number, value, null);
        }

        return result;
    }

    /// <summary>Removes what is saved, for this component or for the whole tab. The page keeps its values.</summary>
    protected async Task ResetAsync(bool wholeTab = false)
    {
        _newestSave = ++_saves;
        _givenUp = CurrentValue;
        _saving++;
        try
        {
            var result = wholeTab ? await Stash.ResetAsync() : await ResetStashAsync();
            SavedValue = result.IsSaved ? "" : SavedValue;
        }
        finally
        {
            _saving--;
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _disposed = true;
            Stash.Saved -= OnSaved;
        }

        base.Dispose(disposing);
    }

    private void OnSaved(StashSaveResult result) => _ = InvokeAsync(() => FollowAsync(result));

    /// <summary>
    /// After a save that nobody here waits for: by auto-stash, by a retry in the background, or of a child.
    /// </summary>
    /// <remarks>
    /// The event tells that something was saved, not which value. Asking to save again names it, and costs no call when the
    /// value is the saved one. Renders only when something that is shown has changed: a render makes auto-stash look again,
    /// and after each failed attempt that would go round in circles.
    /// </remarks>
    private async Task FollowAsync(StashSaveResult result)
    {
        try
        {
            var before = SavedValue;
            while (result.IsSaved && _saving == 0 && !_disposed && Unsaved)
            {
                result = await SaveAsync();
            }

            if (!_disposed && (SavedValue != before || Stash.AcknowledgedWrites != _shownWrites))
            {
                _shownWrites = Stash.AcknowledgedWrites;
                StateHasChanged();
            }
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }
}
