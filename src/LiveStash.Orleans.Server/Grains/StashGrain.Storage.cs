using LiveStash.Orleans.Server.Storage;
using LiveStash.Records;
using Orleans;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Grains;

/// <summary>Storage: read when first needed, written through or behind.</summary>
internal partial class StashGrain
{
    /// <summary>The longest wait between two attempts to flush.</summary>
    private static readonly TimeSpan MaxFlushDelay = TimeSpan.FromSeconds(30);

    /// <summary>The longest that storage does not know of a use, or an eighth of the time to live.</summary>
    private static readonly TimeSpan MaxUnstoredUse = TimeSpan.FromMinutes(1);

    private IGrainTimer? _flushTimer;
    private bool _isFlushSet;

    /// <summary>Whether the flush that is set is for a use only: a write has it earlier.</summary>
    private bool _isFlushLazy;

    /// <summary>Whether a call is bringing the record to storage itself, and may take it back.</summary>
    private bool _isWritingThrough;
    private bool _wasLoaded;
    private bool _isFlushing;
    private int _failedFlushes;

    /// <summary>Why the last <see cref="StoreAsync"/> was not Ok.</summary>
    private (string Text, Exception? Exception) _failure;

    /// <summary>Whether storage does not hold what the record does. With an unknown row: whether there may be anything to bring there.</summary>
    private bool IsDirty => _storage is { } storage && !storage.Holds(_record.Image);

    /// <summary>Whether storage holds the content and its owner, and has only the use of it to learn.</summary>
    private bool IsOnlyProlonged =>
        _storage?.Stored is { } stored && _record.Image is { } image && (stored.Epoch, stored.Version, stored.TimeToLive, stored.Deadline) == (image.Epoch, image.Version, image.TimeToLive, image.Deadline);

    /// <summary>Whether storage lacks more than a use, of which nothing was promised.</summary>
    private bool IsOwed => IsDirty && !(_isFlushLazy && IsOnlyProlonged);

    /// <summary>
    /// How long the row can still bring back what was there before content that has ended, of which storage did not learn. Until then
    /// its deletion is owed, as a write is. Where the row has ended too it is not: a ledger has that deleted.
    /// </summary>
    private TimeSpan DeletionOwedFor(DateTimeOffset now) => IsDurable && TimeLeft(_record.Image, now) <= TimeSpan.Zero ? RowLeft(now) : TimeSpan.Zero;

    /// <summary>How long what the row holds, or may hold, is there at the most.</summary>
    private TimeSpan RowLeft(DateTimeOffset now) => Longer(TimeLeft(_storage?.Stored, now), TimeLeft(_storage?.Unsure, now));

    private bool IsStorageFailing => _failedFlushes > 0 && _durability == StashDurability.WriteBehind;

    /// <summary>Whether a call cannot go on without the row. Written behind, it can once it has content: the flush settles the rest.</summary>
    private bool NeedsLoad => !_storage!.IsKnown && !(_durability == StashDurability.WriteBehind && _wasLoaded && _record.Image is not null);

    /// <summary>Makes what a durable stash needs. Answers with what the silo lacks for it.</summary>
    private string? PrepareStorage()
    {
        if (_storage is null)
        {
            if (services.MissingForDurable is { } missing)
            {
                return missing;
            }

            _storage = new(services.Store!, this.GetGrainId(), services.Options.StorageTimeout, services.SystemTime, services.Metrics);
        }

        return null;
    }

    /// <summary>Reads the row and settles it with the record. Answers with what failed.</summary>
    private async Task<string?> LoadAsync()
    {
        var storage = _storage!;
        var (known, hadRow, held, isFirst) = (storage.Stored, storage.HasRow, _record.Image, !_wasLoaded);
        var (outcome, found) = await storage.ReadAsync();
        if (outcome != StorageOutcome.Ok)
        {
            return storage.Failure;
        }

        _wasLoaded = true;
        _rowDurability = found?.Durability;
        if (found is not null)
        {
            _askedBy ??= found.IsListed ? found.Image.ExpiresAt : null;
            _durability = _durability > found.Durability ? _durability : found.Durability;
        }
        else if (hadRow)
        {
            // Another activation has removed it, and may have told the ledger.
            _askedBy = null;
        }

        // While a flush reads, writes go on: what counts is what the record holds now.
        var image = _record.Image;
        if (image is null && held is not null)
        {
            // Cleared, or expired. What the row holds is of before.
            return null;
        }

        var mine = ReferenceEquals(image, known) ? null : image;
        if (storage.Stored is not { } stored)
        {
            // Where a row is gone that was there, another activation has removed the stash, if it was not this one.
            _record.Restore(hadRow && !storage.IsClearUnanswered ? null : mine);
            return null;
        }

        if (isFirst)
        {
            (mine, _record.Former) = (MadeAfter(stored, mine), MadeAfter(stored, _record.Former));
        }

        _record.Restore(IsLater(stored, mine) && IsLater(stored, _record.Former) ? stored : mine);
        return null;
    }

    /// <summary>
    /// Of two contents of one stash, that of the later owner counts, and between writes of one owner the later write, then the
    /// later touch.
    /// </summary>
    private static bool IsLater(StashImage stored, StashImage? than) => than is null
        || (stored.Epoch, stored.Version, stored.ExpiresAt - stored.TimeToLive).CompareTo((than.Epoch, than.Version, than.ExpiresAt - than.TimeToLive)) > 0;

    /// <summary>What was made in memory, where nobody looks for a row, is later than one that was there, if not of an owner before.</summary>
    private static StashImage? MadeAfter(StashImage stored, StashImage? image) =>
        image is null || image.Epoch < stored.Epoch ? image : image with { Version = Math.Max(image.Version, stored.Version + 1) };

    /// <summary>Writes or deletes the row. One that is written is listed before.</summary>
    private async Task<StorageOutcome> StoreAsync(StashImage? image)
    {
        var (storage, former) = (_storage!, _record.Former);
        if ((image is not null || storage.IsFirstWriteUnanswered) && await EnsureListedAsync() is { } failure)
        {
            _failure = (failure, null);
            return StorageOutcome.Failed;
        }

        var outcome = image is null ? await storage.RemoveAsync(_durability!.Value, _askedBy is not null) : await storage.WriteAsync(image, _durability!.Value, _askedBy is not null);
        _failure = (storage.Failure, storage.Exception);
        if (outcome == StorageOutcome.Ok && ReferenceEquals(former, _record.Former))
        {
            // Neither that is in storage any more, nor what was there before it.
            _record.Former = null;
        }

        if (outcome == StorageOutcome.Ok && image is null)
        {
            WarnOfKeptRow();
        }

        return outcome;
    }

    /// <summary>After a clear an ETag means that the provider left a row.</summary>
    private void WarnOfKeptRow()
    {
        if (_storage is { ETag: not null, IsWrittenOver: false } && services.ShouldWarnOfKeptRow())
        {
            LogRowKept(services.Logger, services.Storage!.GetType().Name);
        }
    }

    /// <summary>Has the record brought to storage within the interval. Does not shorten the wait after a failure.</summary>
    private void EnsureFlush()
    {
        if (!_isFlushSet || _isFlushLazy)
        {
            SetFlush(services.Options.FlushInterval);

            // Now, and not with the flush: while the last silo stops, its ledgers stop too.
            EnsureListedAsync().Ignore();
        }
    }

    /// <summary>Has storage learn of a use, together with those that follow.</summary>
    private void EnsureLazyFlush()
    {
        if (!_isFlushSet)
        {
            SetFlush(Shorter(_record.Image!.TimeToLive / 8, MaxUnstoredUse));
            _isFlushLazy = true;
        }
    }

    private void SetFlush(TimeSpan due)
    {
        (_isFlushSet, _isFlushLazy) = (true, false);
        if (_flushTimer is null)
        {
            // Interleaves: a storage that is slow or hangs must not hold up writes that are acknowledged from memory.
            _flushTimer = this.RegisterGrainTimer(FlushAsync, new() { DueTime = due, Period = Timeout.InfiniteTimeSpan, Interleave = true });
        }
        else
        {
            _flushTimer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        // Writes that come while this waits set it again.
        (_isFlushSet, _isFlushLazy) = (false, false);
        if (!IsDurable || !IsDirty)
        {
            return;
        }

        if (_isWritingThrough)
        {
            // What that writes may be taken back, and has the use in it.
            SetFlush(services.Options.FlushInterval);
            return;
        }

        _isFlushing = true;
        var failure = await TryFlushAsync();
        _isFlushing = false;
        if (failure is null)
        {
            _failedFlushes = 0;
            if (IsDirty && IsOnlyProlonged)
            {
                EnsureLazyFlush();
            }
            else if (IsDirty)
            {
                EnsureFlush();
            }
        }
        else
        {
            _failedFlushes++;
            LogFlushFailed(services.Logger, _storage!.IsKnown ? null : _storage.Exception, _failedFlushes, failure);
            var interval = services.Options.FlushInterval;
            var delay = interval * Math.Pow(2, Math.Min(_failedFlushes, 10));
            SetFlush(delay < MaxFlushDelay ? delay : interval > MaxFlushDelay ? interval : MaxFlushDelay);
        }

        KeepActive();
    }

    /// <summary>Brings to storage what is not there yet. Answers with what failed.</summary>
    private async Task<string?> TryFlushAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            if (!_storage!.IsKnown && await LoadAsync() is { } failure)
            {
                return failure;
            }

            var now = Now;
            LetExpire(now);
            if (IsDurable && IsDirty && _record.IsLive(now) && await EnsureListedAsync() is { } unlisted)
            {
                return unlisted;
            }

            // Calls go on while it is listed: what counts is what the record holds now. An expired stash is not worth a write; its
            // row goes instead, if there is one.
            now = Now;
            LetExpire(now);
            _record.IsLive(now);
            if (!IsDirty || !IsDurable || _isWritingThrough)
            {
                return null;
            }

            var outcome = await StoreAsync(_record.Image);
            if (outcome == StorageOutcome.Ok)
            {
                return null;
            }

            if (outcome == StorageOutcome.Failed || attempt == 2)
            {
                return _failure.Text;
            }
        }
    }
}
