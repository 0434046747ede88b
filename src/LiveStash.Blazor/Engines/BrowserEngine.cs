using LiveStash.Browser;
using LiveStash.Records;
using Microsoft.Extensions.Options;

namespace LiveStash.Engines;

/// <summary>
/// The browser memory engine: the stash is a protected token in the tab's sessionStorage. It outlives every server that
/// shares the key ring. One instance per circuit, which keeps the record at hand, so that a write sends and never fetches.
/// </summary>
internal sealed class BrowserEngine(StashTokenStore store, BrowserPatience patience, TimeProvider time, IOptions<LiveStashOptions> options) : IStashEngine
{
    private readonly Dictionary<StashId, StashRecord> _records = [];
    private readonly SemaphoreSlim _turn = new(1, 1);

    public ValueTask<StashOpenResult> OpenAsync(StashId id, StashOpenMode mode, StashTerms terms, CancellationToken cancellationToken = default) =>
        InTurnAsync(
            async token =>
            {
                var record = await RecordAsync(id, load: true, token);
                var before = record.Image;
                var result = record.Open(mode, terms, time.GetUtcNow());
                if (!result.IsOk || ReferenceEquals(before, record.Image) || await SaveAsync(id, record, before, token) is not { } failure)
                {
                    return result;
                }

                if (failure.Outcome == StashOutcome.TooLarge)
                {
                    // A storage that the app has filled up is no reason not to recover. The next write tells.
                    return result;
                }

                // Another page was quicker: what is there now has to be fetched anew.
                _records.Remove(id);
                return new(StashOutcome.Unavailable, failure.Detail);
            },
            static detail => new StashOpenResult(StashOutcome.Unavailable, detail),
            cancellationToken);

    public ValueTask<StashResult> WriteAsync(StashId id, StashWrite write, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, load: !write.Replace, record => record.Write(write, options.Value.Limits, time.GetUtcNow()), cancellationToken);

    public ValueTask<StashResult> TouchAsync(StashId id, long epoch, StashTerms terms, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, load: true, record => record.Touch(epoch, terms, time.GetUtcNow()), cancellationToken);

    public ValueTask<StashResult> ClearAsync(StashId id, long epoch, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, load: true, record => record.Clear(epoch, time.GetUtcNow()), cancellationToken);

    private ValueTask<StashResult> ChangeAsync(StashId id, bool load, Func<StashRecord, StashResult> change, CancellationToken cancellationToken) =>
        InTurnAsync(
            async token =>
            {
                var record = await RecordAsync(id, load, token);
                var before = record.Image;
                var result = change(record);
                return result.IsOk && !ReferenceEquals(before, record.Image)
                    ? await SaveAsync(id, record, before, token) ?? result
                    : result;
            },
            static detail => new StashResult(StashOutcome.Unavailable, Detail: detail),
            cancellationToken);

    /// <summary>The record of this circuit; at first what the browser has, where that matters.</summary>
    private async ValueTask<StashRecord> RecordAsync(StashId id, bool load, CancellationToken cancellationToken)
    {
        if (_records.TryGetValue(id, out var record))
        {
            return record;
        }

        return _records[id] = new(load ? await store.LoadAsync(id, cancellationToken) : null);
    }

    /// <summary>Brings the record to the browser; <see langword="null"/> when that worked, otherwise the record is as before.</summary>
    private async ValueTask<StashResult?> SaveAsync(StashId id, StashRecord record, StashImage? before, CancellationToken cancellationToken)
    {
        try
        {
            if (record.Image is not { } image)
            {
                await store.ClearAsync(id, cancellationToken);
                return null;
            }

            switch (await store.SaveAsync(id, image, cancellationToken))
            {
                case VaultAnswer.Saved:
                    return null;
                case VaultAnswer.Superseded:
                    record.Restore(before);
                    return new(StashOutcome.Superseded, before?.Version ?? 0, "Another page has written to the stash.");
                default:
                    record.Restore(before);
                    return new(StashOutcome.TooLarge, before?.Version ?? 0, "The browser's storage for this site is full.");
            }
        }
        catch
        {
            record.Restore(before);
            throw;
        }
    }

    private async ValueTask<T> InTurnAsync<T>(Func<CancellationToken, ValueTask<T>> work, Func<string, T> unavailable, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await patience.CallAsync(
                async token =>
                {
                    await _turn.WaitAsync(token);
                    try
                    {
                        return await work(token);
                    }
                    finally
                    {
                        _turn.Release();
                    }
                },
                cancellationToken);
        }
        catch (Exception exception) when (StashTokenStore.IsGone(exception) && !cancellationToken.IsCancellationRequested)
        {
            return unavailable($"The browser did not answer ({exception.GetType().Name}).");
        }
    }
}
