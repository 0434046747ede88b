using System.Collections.Immutable;
using LiveStash.Browser;
using LiveStash.Records;
using Microsoft.Extensions.Logging;

namespace LiveStash.Saving;

/// <summary>
/// This circuit's side of one stash: its id, epoch and version, and what the engine acknowledged. Settles every
/// disagreement with the engine. One call at a time, in the session's turn.
/// </summary>
internal sealed partial class StashClient(
    IStashEngine engine, string engineName, StashTerms terms, StashBrowser browser, StashTags tags, string sessionKey, ILogger<StashClient> logger)
{
    /// <summary>How often in a row the whole is written, where the engine has another version each time.</summary>
    private const int MaxSettlings = 3;

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _saved = new(StringComparer.Ordinal);
    private StashId _id = StashId.New();
    private StashId? _boundId;
    private string _sessionKey = sessionKey;
    private long _epoch = 1;
    private long _version;
    private bool _exists;
    private bool _superseded;
    private bool _mayGoYet; // a clear has had no answer: with what is there, it may remove what is written under the same id after it
    private StashOpenMode _mode = StashOpenMode.Own;
    private bool _awaitsTag;
    private bool _isTakenAlong;
    private StashId? _beneath; // the user's own stash, under one that is taken along
    private readonly List<string> _formerTags = []; // the tab has one of them, or the present one, which is not known to have arrived
    private Task<bool>? _tagStored; // null: of this id it has none yet
    private string? _foundTag; // the one that leads to this id already
    private bool _tagWaits; // until what is saved is there under this id: lost before, the page has what the former tag leads to

    public string EngineName => engineName;

    /// <summary>What a save is to promise; <see langword="null"/> leaves it to the engine.</summary>
    public StashDurability? Durability => terms.Durability;

    /// <summary>Whether this is for a page that is being prerendered: nothing is saved, and there is no browser to be asked.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether the tab itself has what is saved, or a copy of that, by the tag that it has then.</summary>
    public bool IsKeptInTab { get; init; }

    /// <summary>What the engine has, by entry name.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Saved => _saved;

    /// <summary>The tab may have a stash that could not be opened yet: the engine could not be asked, or the tag is not known.</summary>
    public bool MustOpen { get; private set; }

    /// <summary>With <see cref="MustOpen"/>: there is content, of a fallback's copy, and saving works.</summary>
    public bool IsProvisional { get; private set; }

    /// <summary>Whether the engine holds a stash of this tab that has to be kept alive.</summary>
    public bool Exists => _exists;

    /// <summary>
    /// Whether more has to be written than what differs from <see cref="Saved"/>: an answer was lost, so that the engine may
    /// hold something else, or the browser has not confirmed the tag, or a copy is nowhere yet.
    /// </summary>
    public bool IsUncertain { get; private set; }

    /// <summary>The tag that the browser has, or is being given.</summary>
    public string? Tag { get; private set; }

    /// <summary>Whether the tab keeps the tag of the session before until what comes along from there is saved in this one.</summary>
    public bool HasFormerTag => _isTakenAlong && (_tagWaits || _awaitsTag);

    /// <summary>Whether the browser may have a former tag in place of <see cref="Tag"/>.</summary>
    public bool MayHaveFormerTag => _formerTags.Count > 0;

    /// <summary>How many writes were acknowledged.</summary>
    public long AcknowledgedWrites { get; private set; }

    /// <summary>The browser has not told its tag yet: until <see cref="OpenAsync(FoundTag)"/> none is written over it, and nothing is saved.</summary>
    public void AwaitTag() => MustOpen = _awaitsTag = true;

    /// <summary>Recovers the stash of this tag and takes it over, or copies it. Without a tag that can be read there is nothing to open.</summary>
    public async Task<StashOutcome> OpenAsync(FoundTag found)
    {
        (MustOpen, _awaitsTag) = (false, found is { Status: StashStatus.Recovered, Copy: true });
        if (found.Status != StashStatus.Recovered)
        {
            return StashOutcome.NotFound;
        }

        (_id, _boundId, Tag, _isTakenAlong) = (found.Id, found.Id.BindTo(found.BoundTo), found.Tag, found.BoundTo != _sessionKey);
        _beneath = found.Own is { } own ? own.Id.BindTo(own.BoundTo) : null;
        _formerTags.Clear();
        _tagStored = found.Copy ? null : Task.FromResult(true);
        _mode = found.Copy ? StashOpenMode.Read : StashOpenMode.Own;
        return await OpenAsync();
    }

    /// <summary>Tries again what <see cref="MustOpen"/> says. Ok when there is nothing to do.</summary>
    public async Task<StashOutcome> EnsureOpenAsync() =>
        !MustOpen ? StashOutcome.Ok : await MayTakeOverAsync() ? await OpenAsync() : StashOutcome.Unavailable;

    /// <summary>Puts the tag into the browser, once, without waiting: long there when the first save is acknowledged.</summary>
    public Task<bool> StoreTagAsync()
    {
        if (_awaitsTag || _tagWaits || IsReadOnly)
        {
            return Task.FromResult(false);
        }

        if (_tagStored is null)
        {
            _formerTags.AddRange(Tag is null ? [] : [Tag]);
            Tag = _foundTag ?? tags.Protect(_id, _sessionKey);
        }

        return _tagStored is null or { IsCompletedSuccessfully: true, Result: false } ? _tagStored = StoreAsync(Tag!) : _tagStored;

        async Task<bool> StoreAsync(string tag)
        {
            var isStored = await browser.SetTagAsync(engineName, tag, [.. _formerTags]);
            if (isStored && tag == Tag)
            {
                _formerTags.Clear();
            }

            return isStored;
        }
    }

    /// <summary>Saves a delta; where the engine's state turns out to be another one than thought, everything.</summary>
    public async ValueTask<StashResult> SaveAsync(IReadOnlyList<StashEntry> changed, IReadOnlyList<string> removed)
    {
        if (_superseded)
        {
            return new(StashOutcome.Superseded, _version, "Another circuit has taken this stash over.");
        }

        if (!await MayTakeOverAsync())
        {
            return NoPage;
        }

        // Where the page does not answer, it would not know of another id.
        if (_mayGoYet && !MustOpen && await browser.ConfirmAsync())
        {
            StartAnew();
        }

        var result = await SettleAsync(await WriteAsync(changed, removed, replace: !_exists), changed, removed);
        if (result.IsOk && _mayGoYet)
        {
            IsUncertain = true;
            return new(StashOutcome.Unavailable, result.Version, "It may be removed yet, by a clear that was not answered.");
        }

        return result;
    }

    /// <summary>Keeps the stash alive, and heals it when the engine has lost it.</summary>
    public async Task<StashResult> TouchAsync()
    {
        var result = await CallAsync(static (client, id) => client.Engine.TouchAsync(id, client._epoch, client.Terms));
        if (result.IsOk && result.Version != _version)
        {
            result = new(StashOutcome.VersionMismatch, result.Version, "The engine holds another version than was acknowledged.");
        }

        return await SettleAsync(result, [], []);
    }

    /// <summary>
    /// Removes the stash. The next save makes another one, and the tab gets its tag now: what a browser still has, or puts back,
    /// of the stash before does not fit it.
    /// </summary>
    public async Task<StashResult> ClearAsync()
    {
        if (!await MayTakeOverAsync())
        {
            return NoPage;
        }

        var result = await CallAsync(static (client, id) => client.Engine.ClearAsync(id, client._epoch));
        if (result.Outcome == StashOutcome.Superseded && await browser.ConfirmAsync())
        {
            // A duplicated tab has taken it over, and keeps it. Of this page nothing is saved, as it is to be.
            LogForked();
            result = new(StashOutcome.Ok);
        }

        if (result.IsOk)
        {
            StartAnew();
            MustOpen = IsProvisional = IsUncertain = false;
            _saved.Clear();
            _ = StoreTagAsync();
        }
        else
        {
            IsUncertain |= result.Outcome == StashOutcome.Unavailable;
            _mayGoYet |= result.Outcome == StashOutcome.Unavailable;
        }

        return result;
    }

    /// <summary>The page has connected again. Whether it was left behind is asked anew: a dead connection does not answer either.</summary>
    public void Reconnected() => _superseded = false;

    private static readonly StashResult NoPage = new(StashOutcome.Unavailable, Detail: "The page of this circuit does not answer.");

    private IStashEngine Engine => engine;

    private StashTerms Terms => terms;

    /// <summary>The id that the engine sees.</summary>
    private StashId BoundId => _boundId ??= _id.BindTo(_sessionKey);

    /// <summary>
    /// If a reload left this circuit behind, a stash that it could not open, or does not know to have made, may have another
    /// owner by now, or may have been cleared by it.
    /// </summary>
    private async Task<bool> MayTakeOverAsync() => !(MustOpen || (IsUncertain && !_exists)) || await browser.ConfirmAsync();

    private async Task<StashOutcome> OpenAsync()
    {
        StashOpenResult result;
        try
        {
            result = await engine.OpenAsync(BoundId, _mode, terms);
            if (result.IsOk && _beneath is { } beneath)
            {
                var own = await engine.OpenAsync(beneath, StashOpenMode.Read, terms);
                result = own.Outcome == StashOutcome.Unavailable ? own : result with { Entries = StashEntries.Merge(StashEntries.Merge([], own.Entries, []), result.Entries, []) };
            }
        }
        catch (Exception exception)
        {
            LogEngineThrew(exception, engineName);
            result = new(StashOutcome.Unavailable);
        }

        IsProvisional = result.IsProvisional;
        MustOpen = result.Outcome == StashOutcome.Unavailable || (_mode == StashOpenMode.Own && IsProvisional);
        _awaitsTag = MustOpen && _mode == StashOpenMode.Read; // there is none of this session before it is read
        if (result.IsOk)
        {
            _saved.Clear();
            foreach (var entry in result.Entries)
            {
                _saved[entry.Name] = entry.Value;
            }

            (_exists, _epoch, _version) = (_mode == StashOpenMode.Own, result.Epoch, result.Version);
            _mayGoYet &= MustOpen; // another owner's clear is refused
        }

        if (!MustOpen && (!result.IsOk || _mode == StashOpenMode.Read))
        {
            // A fresh id: circuits of the time before may still know the old one.
            var tagWaits = _tagWaits;
            StartAnew();
            IsUncertain = _saved.Count > 0;
            _tagWaits = tagWaits || IsUncertain;
        }

        return result.Outcome;
    }

    private async ValueTask<StashResult> SettleAsync(StashResult result, IReadOnlyList<StashEntry> changed, IReadOnlyList<string> removed)
    {
        for (var left = MaxSettlings; result.Outcome is StashOutcome.NotFound or StashOutcome.VersionMismatch or StashOutcome.Superseded; left--)
        {
            if (left == 0)
            {
                // An attempt of before was in between each time. Not for good: it is tried again.
                IsUncertain = true;
                return result with { Outcome = StashOutcome.Unavailable };
            }

            // Only a circuit whose page is still there may assert itself; one that a reload left behind must not.
            if (!await browser.ConfirmAsync())
            {
                _superseded = result.Outcome == StashOutcome.Superseded;
                return _superseded ? result : result with { Outcome = StashOutcome.Unavailable };
            }

            if (result.Outcome == StashOutcome.Superseded)
            {
                // Two live pages with one tag: a duplicated tab.
                LogForked();
                GoOnApart();
            }
            else
            {
                LogHealed(result.Outcome, result.Detail);
            }

            // What is there at the version that was told is not known: a delta may build on it only when this is acknowledged.
            result = await WriteAsync(changed, removed, replace: true, Math.Max(_version, result.Version));
        }

        if (result.IsOk && !await StoreTagAsync() && !await StoreTagAsync())
        {
            IsUncertain = true;
            return new(StashOutcome.Unavailable, result.Version, "The browser did not confirm that it has the tag.");
        }

        return result;
    }

    private async ValueTask<StashResult> WriteAsync(IReadOnlyList<StashEntry> changed, IReadOnlyList<string> removed, bool replace, long? told = null)
    {
        _tagWaits &= !IsKeptInTab; // what is written, or a copy, follows the tag at once
        _ = StoreTagAsync();
        var write = new StashWrite
        {
            Epoch = _epoch,
            BaseVersion = told ?? _version,
            Replace = replace,
            Changed = replace ? Everything(changed, removed) : changed,
            Removed = replace ? [] : removed,
            Terms = terms,
        };
        var result = await CallAsync((client, id) => client.Engine.WriteAsync(id, write));
        if (result.IsOk)
        {
            (_exists, _version) = (true, result.Version);
            MustOpen = IsProvisional = IsUncertain = _tagWaits = false;
            AcknowledgedWrites++;
            foreach (var name in removed)
            {
                _saved.Remove(name);
            }

            foreach (var entry in changed)
            {
                _saved[entry.Name] = entry.Value;
            }
        }
        else
        {
            IsUncertain |= result.Outcome == StashOutcome.Unavailable;
        }

        return result;
    }

    private async ValueTask<StashResult> CallAsync(Func<StashClient, StashId, ValueTask<StashResult>> call)
    {
        try
        {
            return await call(this, BoundId);
        }
        catch (Exception exception)
        {
            // An engine does not throw for what can be expected; a page must survive one that does.
            LogEngineThrew(exception, engineName);
            return new(StashOutcome.Unavailable, _version, exception.Message);
        }
    }

    private ImmutableArray<StashEntry> Everything(IReadOnlyList<StashEntry> changed, IReadOnlyList<string> removed)
    {
        var all = new Dictionary<string, ReadOnlyMemory<byte>>(_saved, StringComparer.Ordinal);
        foreach (var name in removed)
        {
            all.Remove(name);
        }

        foreach (var entry in changed)
        {
            all[entry.Name] = entry.Value;
        }

        return [.. all.Select(static pair => new StashEntry(pair.Key, pair.Value))];
    }

    [LoggerMessage(1100, LogLevel.Error, "The engine '{Engine}' threw; the page goes on without it.")]
    private partial void LogEngineThrew(Exception exception, string engine);

    [LoggerMessage(1102, LogLevel.Information, "The engine no longer held what it had acknowledged ({Outcome}: {Detail}); the whole stash is written again.")]
    private partial void LogHealed(StashOutcome outcome, string? detail);
}
