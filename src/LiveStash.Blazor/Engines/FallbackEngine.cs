using LiveStash.Browser;
using LiveStash.Measuring;
using LiveStash.Records;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;

namespace LiveStash.Engines;

/// <summary>
/// An engine with a protected copy in the browser behind it. The engine is asked first and answers for what is saved; the copy
/// follows its answer without anybody waiting, and sets out before the page can be told. On an open the newer of the two wins, by
/// the version, which is inside the protected token. One instance per circuit.
/// </summary>
internal sealed partial class FallbackEngine(
    IStashEngine engine,
    string name,
    StashTokenStore copies,
    BrowserPatience patience,
    TimeProvider time,
    IOptions<LiveStashOptions> options,
    StashMetrics metrics,
    ILogger<FallbackEngine> logger) : IStashEngine
{
    // A link takes calls in their order, so a copy that is sent arrives before what is rendered after it. On a slow one they are few.
    private const int MostUnderWay = 16;

    // A copy with more than this of its time left is not sent again: a connection that comes and goes touches with each time that it comes.
    private const double Fresh = 15 / 16.0;

    private readonly Dictionary<StashId, Ownership> _owned = [];
    private readonly SemaphoreSlim _turn = new(1, 1);

    public ValueTask<StashOpenResult> OpenAsync(StashId id, StashOpenMode mode, StashTerms terms, CancellationToken cancellationToken = default) =>
        InTurnAsync(
            async () =>
            {
                var loading = LoadCopyAsync(id);
                var opened = await engine.OpenAsync(id, mode, terms, cancellationToken);
                var (isKnown, copy) = await loading;
                if (!isKnown && opened.Outcome == StashOutcome.NotFound)
                {
                    // The only one there is may be in the browser, and what is saved next would remove it.
                    return new(StashOutcome.Unavailable, "The browser did not tell its copy in time.");
                }

                if (copy is not null && (!opened.IsOk || copy.Version > opened.Version))
                {
                    return await OpenFromCopyAsync(id, mode, terms, opened, copy, cancellationToken);
                }

                if (opened.IsOk && mode == StashOpenMode.Own)
                {
                    // The copy may be missing, stale or about to expire.
                    var entries = StashEntries.Merge([], opened.Entries, []);
                    Follow(id, Own(id, opened.Epoch, null, isEngineOwned: true), entries, opened.Version, acknowledged: true, terms);
                }

                return opened;
            },
            cancellationToken);

    public ValueTask<StashResult> WriteAsync(StashId id, StashWrite write, CancellationToken cancellationToken = default) =>
        InTurnAsync(
            async () => _owned.TryGetValue(id, out var owned)
                ? await WriteAsync(id, owned, write, cancellationToken)
                : await FirstWriteAsync(id, write, cancellationToken),
            cancellationToken);

    public ValueTask<StashResult> TouchAsync(StashId id, long epoch, StashTerms terms, CancellationToken cancellationToken = default) =>
        InTurnAsync(
            async () =>
            {
                if (!_owned.TryGetValue(id, out var owned) || owned.ReportedEpoch != epoch)
                {
                    return await engine.TouchAsync(id, epoch, terms, cancellationToken);
                }

                var result = owned.IsEngineOwned
                    ? await engine.TouchAsync(id, owned.EngineEpoch, terms, cancellationToken)
                    : new(StashOutcome.Unavailable, Detail: "The engine has not been reached since the page was opened.");

                // The copy is limited in time too, and may not have reached the browser. Only a touch tells it that the page is still open.
                if (result.Outcome is StashOutcome.Ok or StashOutcome.Unavailable && owned.Copy is { } copy
                    && (owned.Kept != copy || copy.TimeToLive != terms.TimeToLive || copy.ExpiresAt - time.GetUtcNow() < terms.TimeToLive * Fresh))
                {
                    Follow(id, owned, copy.Entries, copy.Version, acknowledged: false, terms);
                }

                return result;
            },
            cancellationToken);

    public ValueTask<StashResult> ClearAsync(StashId id, long epoch, CancellationToken cancellationToken = default) =>
        InTurnAsync(
            async () =>
            {
                if (!_owned.TryGetValue(id, out var owned) || owned.ReportedEpoch != epoch)
                {
                    return await engine.ClearAsync(id, epoch, cancellationToken);
                }

                var notOwned = owned.IsEngineOwned ? null : await TakeOverAsync(id, owned, owned.Terms, cancellationToken);
                var result = notOwned ?? await engine.ClearAsync(id, owned.EngineEpoch, cancellationToken);
                if (result.Outcome is StashOutcome.Ok or StashOutcome.Unavailable)
                {
                    // Waited for: what the user has reset must not come back.
                    owned.Copy = null;
                    if (!await TryAsync(owned, MostUnderWay, token => copies.ClearAsync(id, token)))
                    {
                        return new(StashOutcome.Unavailable, Detail: "The browser did not confirm that its copy is gone.");
                    }

                    // Until the caller is told that all is gone, its deltas still build on what was acknowledged.
                    (owned.Acknowledged, owned.ReportedVersion) = result.IsOk ? ([], 0) : (owned.Acknowledged, owned.ReportedVersion);
                }

                return result;
            },
            cancellationToken);

    /// <summary>A stash that this circuit makes itself, or a delta on one it does not know: the engine decides.</summary>
    private async ValueTask<StashResult> FirstWriteAsync(StashId id, StashWrite write, CancellationToken cancellationToken)
    {
        if (!write.Replace)
        {
            return await engine.WriteAsync(id, write, cancellationToken);
        }

        foreach (var left in _owned.Values)
        {
            left.Copy = null; // what is still to be sent of it would take this one's away
        }

        var made = Own(id, write.Epoch, null, isEngineOwned: true);
        var content = Merge(made, write);
        var version = Math.Max(write.BaseVersion, 0) + 1;
        if (version > 1)
        {
            // It was saved under another id, whose tag is being replaced in the browser: a page that is lost now has nothing but this copy.
            Follow(id, made, content, version, acknowledged: false, write.Terms);
        }

        var result = await engine.WriteAsync(id, write, cancellationToken);
        if (result.IsOk || (result.Outcome == StashOutcome.Unavailable && version == 1))
        {
            Follow(id, made, content, Math.Max(result.Version, version), result.IsOk, write.Terms);
        }
        else if (result.Outcome != StashOutcome.Unavailable)
        {
            _owned.Remove(id);
            if (made.Copy is not null)
            {
                made.Copy = null;
                _ = TryAsync(made, MostUnderWay, token => copies.ClearAsync(id, token));
            }
        }

        return result;
    }

    private async ValueTask<StashResult> WriteAsync(StashId id, Ownership owned, StashWrite write, CancellationToken cancellationToken)
    {
        if (write.Epoch != owned.ReportedEpoch || (!write.Replace && write.BaseVersion != owned.ReportedVersion))
        {
            // Not on what this engine told: for the engine to refuse.
            return await engine.WriteAsync(id, write, cancellationToken);
        }

        if (!owned.IsEngineOwned && await TakeOverAsync(id, owned, write.Terms, cancellationToken) is { } failure)
        {
            // One above what the page started with, however often it is tried: more is acknowledged nowhere.
            Follow(id, owned, Merge(owned, write), owned.ReportedVersion + 1, acknowledged: false, write.Terms);
            return failure;
        }

        // A copy that is ahead of the engine has to be overtaken, else it would win over what is saved now. That takes a
        // replace; but a delta makes no stash where none is, or may be: the owner after this one may have cleared it. A replace
        // on an older version than was told is for the engine to judge.
        var content = Merge(owned, write);
        var isAhead = owned.CopyVersion > owned.ReportedVersion;
        var replace = write.Replace || isAhead;
        var result = isAhead && !write.Replace ? await engine.TouchAsync(id, owned.EngineEpoch, write.Terms, cancellationToken) : new(StashOutcome.Ok);
        if (result.IsOk)
        {
            result = await engine.WriteAsync(
                id,
                write with
                {
                    Epoch = owned.EngineEpoch,
                    BaseVersion = replace && write.BaseVersion >= owned.ReportedVersion ? Math.Max(write.BaseVersion, owned.CopyVersion) : write.BaseVersion,
                    Replace = replace,
                    Changed = replace ? content : write.Changed,
                    Removed = replace ? [] : write.Removed,
                },
                cancellationToken);
        }

        if (result.Outcome is StashOutcome.Ok or StashOutcome.Unavailable)
        {
            Follow(id, owned, content, result.IsOk ? result.Version : Math.Max(owned.CopyVersion, write.BaseVersion) + 1, result.IsOk, write.Terms);
        }

        return result;
    }

    /// <summary>The engine has lost the stash, has an older one, or cannot be reached: the copy is what counts.</summary>
    private async ValueTask<StashOpenResult> OpenFromCopyAsync(
        StashId id, StashOpenMode mode, StashTerms terms, StashOpenResult opened, StashImage copy, CancellationToken cancellationToken)
    {
        metrics.FellBack(name, opened.Outcome);
        LogFromCopy(opened.Outcome);
        var result = new StashOpenResult(StashOutcome.Ok) { Epoch = copy.Epoch, Version = copy.Version, Entries = copy.Entries };
        if (mode != StashOpenMode.Own)
        {
            return mode == StashOpenMode.Prolong ? result with { Entries = [] } : result;
        }

        // Above every epoch that was given out, so that circuits of the time before stay fenced off.
        var epoch = Math.Max(opened.Epoch, copy.Epoch + 1);
        var owned = Own(id, epoch, copy, isEngineOwned: opened.Outcome != StashOutcome.Unavailable);
        owned.Terms = terms;
        if (!owned.IsEngineOwned)
        {
            return result with { Epoch = epoch, IsProvisional = true };
        }

        var back = await engine.WriteAsync(
            id, new() { Epoch = epoch, BaseVersion = copy.Version, Replace = true, Changed = copy.Entries, Terms = terms }, cancellationToken);
        if (!back.IsOk)
        {
            LogNotWrittenBack(back.Outcome, back.Detail);
            owned.IsEngineOwned = false;
            return result with { Epoch = epoch, IsProvisional = true };
        }

        Follow(id, owned, copy.Entries, back.Version, acknowledged: true, terms);
        return result with { Epoch = epoch, Version = back.Version };
    }

    /// <summary>Takes over a stash that could not be opened when the page was, unless it holds more than the page started with.</summary>
    private async ValueTask<StashResult?> TakeOverAsync(StashId id, Ownership owned, StashTerms terms, CancellationToken cancellationToken)
    {
        var opened = await engine.OpenAsync(id, StashOpenMode.Own, terms, cancellationToken);
        if (opened.Outcome == StashOutcome.Unavailable)
        {
            return new(StashOutcome.Unavailable, Detail: opened.Detail);
        }

        if (opened.IsOk && opened.Version > owned.ReportedVersion)
        {
            return new(StashOutcome.Unavailable, Detail: "The engine holds a newer state than the copy: it is opened first.");
        }

        owned.EngineEpoch = Math.Max(opened.Epoch, owned.EngineEpoch);
        owned.CopyVersion = Math.Max(opened.Version, owned.CopyVersion);
        owned.IsEngineOwned = true;
        return null;
    }

    private static StashEntry[] Merge(Ownership owned, StashWrite write) =>
        StashEntries.Merge(write.Replace ? [] : owned.Acknowledged, write.Changed, write.Removed);

    private Ownership Own(StashId id, long epoch, StashImage? copy, bool isEngineOwned) => _owned[id] = new()
    {
        ReportedEpoch = epoch,
        ReportedVersion = copy?.Version ?? 0,
        EngineEpoch = epoch,
        IsEngineOwned = isEngineOwned,
        Acknowledged = copy?.Entries ?? [],

        // What was owned before may have a copy that could not be read now.
        CopyVersion = Math.Max(copy?.Version ?? 0, _owned.GetValueOrDefault(id)?.CopyVersion ?? 0),
        Copy = copy,
        Kept = copy,
    };

    /// <summary>Lets the copy follow. Nobody waits; while as many are under way as may be, only the newest of the next ones counts.</summary>
    private void Follow(StashId id, Ownership owned, StashEntry[] content, long version, bool acknowledged, StashTerms terms)
    {
        if (acknowledged)
        {
            (owned.Acknowledged, owned.ReportedVersion) = (content, version);
        }

        owned.Terms = terms;
        owned.CopyVersion = Math.Max(owned.CopyVersion, version);
        var now = time.GetUtcNow();
        owned.Copy = new StashImage(Math.Max(owned.EngineEpoch, 1), version, terms.TimeToLive, now, content, (int)StashEntries.Size(content)).On(terms, now);
        if (owned.Places.CurrentCount > 0)
        {
            _ = FollowAsync(id, owned);
        }
    }

    private async Task FollowAsync(StashId id, Ownership owned)
    {
        while (owned.Copy is { } next && !ReferenceEquals(next, owned.Sent))
        {
            owned.Sent = next;
            var isKept = false;

            // A copy over the limits would not be read again; the engine has refused that content anyway.
            if (next.Size <= options.Value.MaxStashBytes
                && await TryAsync(owned, 1, async token => isKept = await copies.SaveAsync(id, next, token) == VaultAnswer.Saved)
                && isKept
                && (owned.Kept is null || owned.Kept.Version <= next.Version))
            {
                owned.Kept = next;
            }
        }
    }

    /// <summary>The copy, if there is one, and whether that is known.</summary>
    private async Task<(bool IsKnown, StashImage? Copy)> LoadCopyAsync(StashId id)
    {
        StashImage? copy = null;
        var isKnown = await TryAsync(null, 0, async token =>
        {
            try
            {
                copy = await copies.LoadAsync(id, token);
            }
            catch (JSException exception)
            {
                // A script that cannot tell will not do so later, and a page that waits for it would never save.
                LogNoCopy(exception.GetType().Name);
            }
        });
        return (isKnown, copy is not null && time.GetUtcNow() < copy.ExpiresAt ? copy : null);
    }

    /// <summary>A call to the browser, bounded in time. A browser that is gone is no error here: its copy is the second line.</summary>
    /// <param name="owned">The stash.</param>
    /// <param name="places">How many calls that are under way for it this one counts for; with all there are, it waits for the others.</param>
    /// <param name="call">The call.</param>
    private async Task<bool> TryAsync(Ownership? owned, int places, Func<CancellationToken, ValueTask> call)
    {
        var taken = 0;
        try
        {
            return await patience.CallAsync(
                async token =>
                {
                    for (; taken < places; taken++)
                    {
                        await owned!.Places.WaitAsync(token);
                    }

                    await call(token);
                    return true;
                },
                CancellationToken.None);
        }
        catch (Exception exception) when (StashTokenStore.IsGone(exception))
        {
            LogNoCopy(exception.GetType().Name);
            return false;
        }
        finally
        {
            if (taken > 0)
            {
                owned!.Places.Release(taken);
            }
        }
    }

    private async ValueTask<T> InTurnAsync<T>(Func<ValueTask<T>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    [LoggerMessage(1500, LogLevel.Information, "Recovered from the browser's copy: the engine answered {Outcome}, or has an older state.")]
    private partial void LogFromCopy(StashOutcome outcome);

    [LoggerMessage(1501, LogLevel.Warning, "What was recovered from the browser's copy could not be written back to the engine: {Outcome}. {Detail}")]
    private partial void LogNotWrittenBack(StashOutcome outcome, string? detail);

    [LoggerMessage(1502, LogLevel.Debug, "The browser's copy could not be reached ({Error}).")]
    private partial void LogNoCopy(string error);
}
