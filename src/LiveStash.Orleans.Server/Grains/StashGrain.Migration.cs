using LiveStash.Orleans.Server.Migration;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Records;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace LiveStash.Orleans.Server.Grains;

/// <summary>The way to another silo.</summary>
internal partial class StashGrain
{
    /// <summary>More than Orleans takes for the arrival of the stashes that come together, a thousand at most.</summary>
    private static readonly TimeSpan ArrivalTime = TimeSpan.FromSeconds(3);

    /// <summary>More than a copy of a call may be under way: Orleans' time-out of a call is 30 s, and an engine's at most a minute.</summary>
    private static readonly TimeSpan UseTime = TimeSpan.FromMinutes(1);

    /// <summary>The wait before the last silo tries again to store what it has.</summary>
    private static readonly TimeSpan LastFlushDelay = TimeSpan.FromMilliseconds(500);

    private bool _hasArrived;
    private int _budget;
    private DeactivationReasonCode _reason;

    /// <summary>Whether what the activation holds is nowhere else and has been acknowledged.</summary>
    private bool _isAtRisk;

    /// <summary>Whether it was at risk as it set out, and has not arrived.</summary>
    private bool _isLeaving;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        KeepActive();
        if (IsDurable && IsDirty)
        {
            EnsureFlush();
        }

        if (_hasArrived && services.Sheds)
        {
            // Where two silos shed at once, a stash that has just come would be sent back while its former activation still waits to
            // hear that it has arrived: each would wait for the other until Orleans gives up, and the content goes. What is at work
            // is not shed.
            this.RegisterGrainTimer(
                static (time, stop) => Task.Delay(ArrivalTime, time, stop),
                services.SystemTime,
                new() { DueTime = TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan, Interleave = true });
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Whatever ends the activation while another silo is there, what is nowhere else moves there: content, or that the row of the one
    /// before is to go. Only a duplicate does not: the
    /// other activation is the one that counts.
    /// </summary>
    /// <remarks>Throws nothing: that would cancel the migration.</remarks>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        try
        {
            var now = Now;
            LetExpire(now);
            var isLive = _record.IsLive(now);
            if (reason.ReasonCode == DeactivationReasonCode.DuplicateActivation || !(isLive || DeletionOwedFor(now) > TimeSpan.Zero))
            {
                return;
            }

            // A deletion that is owed goes the same ways as a write. Where it cannot, no content is lost that would be counted.
            _reason = reason.ReasonCode;
            _isAtRisk = isLive && (!IsDurable || IsOwed);
            var isOwed = _isAtRisk || !isLive;
            if (_isAtRisk)
            {
                services.Lost.Leaving();
                _isLeaving = true;
            }

            var other = isOwed || (IsSiloLeaving(_reason) && IsInUse(_record.Image!)) ? services.Silos.Other() : null;
            if (isOwed && IsDurable && (_reason == DeactivationReasonCode.Migrating || other is not null))
            {
                await StoreBeforeLeavingAsync(cancellationToken);
            }

            if (Leaving is not { } image)
            {
                return;
            }

            if (_reason == DeactivationReasonCode.Migrating)
            {
                _budget = await services.Budget.AcquireAsync(image.Size, cancellationToken);
            }
            else if (other is not null)
            {
                _budget = await services.Budget.AcquireAsync(image.Size, cancellationToken);
                if (_reason != DeactivationReasonCode.ShuttingDown)
                {
                    // As long as this silo is there, the strategy may place the stash on it again, which ends the migration.
                    RequestContext.Set(IPlacementDirector.PlacementHintKey, other);
                }

                this.MigrateOnIdle();
            }
            else if (IsDurable && IsDirty)
            {
                // Nobody to take it over. No promise hangs on this: a crash would not have come here either.
                var failure = await StoreAtLastAsync(cancellationToken);
                _isAtRisk &= failure is not null;
                if (failure is not null)
                {
                    LogLastFlushFailed(services.Logger, _storage!.Exception, failure);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Orleans waits no longer. What is at risk is counted.
        }
        catch (Exception exception)
        {
            LogNotMigrated(services.Logger, exception);
        }
    }

    /// <summary>
    /// The other silo may be dead and not declared so yet: what it does not take is gone with this activation. Where storage does not
    /// answer in time, what it lacks goes along.
    /// </summary>
    private async Task StoreBeforeLeavingAsync(CancellationToken cancellationToken)
    {
        try
        {
            var failure = await TryFlushAsync().WaitAsync(services.Options.StorageTimeout, services.SystemTime, cancellationToken);
            _isAtRisk &= failure is not null;
        }
        catch (TimeoutException)
        {
            // It may be stored yet; its successor finds out.
        }
    }

    /// <summary>
    /// While the silo stops, as long as the host waits for it: a database that fails over is there again in that time. Answers with
    /// what failed.
    /// </summary>
    private async Task<string?> StoreAtLastAsync(CancellationToken cancellationToken)
    {
        var time = services.SystemTime;
        while (true)
        {
            var failure = await TryFlushAsync();
            var mayBeListed = _record.Image is not { } image || IsListed(TimeLeft(image));
            if (failure is null || _reason != DeactivationReasonCode.ShuttingDown || !mayBeListed)
            {
                // Its ledger has stopped too: nobody lists it any more.
                return failure;
            }

            await Task.Delay(LastFlushDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                return failure;
            }
        }
    }

    /// <summary>What there is to take along: the content, or that of which the end is to be brought to storage yet.</summary>
    private StashImage? Leaving => _record.Image ?? (DeletionOwedFor(Now) > TimeSpan.Zero ? _record.Former : null);

    /// <summary>
    /// What is in storage and in use goes along when the silo leaves: a call that gets no answer from this one comes again to the next,
    /// which then knows whether it was carried out. All else stays in storage: there may be very many of these, and others wait.
    /// </summary>
    private bool IsInUse(StashImage image) => Now - (image.ExpiresAt - image.TimeToLive) < UseTime;

    private static bool IsSiloLeaving(DeactivationReasonCode reason) =>
        reason is DeactivationReasonCode.ShuttingDown or DeactivationReasonCode.IncompatibleRequest;

    public void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        if (Leaving is not { } image)
        {
            return;
        }

        _isAtRisk = false;
        services.Metrics.Migrated(isArrival: false);
        var memory = _calls.Memory;
        dehydrationContext.TryAddValue(MigratedStash.Key, new MigratedStash
        {
            State = StashState.From(image, _durability ?? StashDurability.Memory, _askedBy is not null),
            Left = TimeLeft(image),
            IsRowKnown = _storage is { IsKnown: true, MayBeCleared: false },
            ETag = _storage?.ETag,
            HasRow = _storage?.HasRow,
            RowLeft = IsDirty ? RowLeft(Now) : TimeSpan.Zero,
            IsClearUnanswered = _storage is { MayBeCleared: true },
            IsFirstWriteUnanswered = _storage is { MayBeWrittenFirst: true },
            IsDirty = IsDirty,
            IsStorageFailing = IsStorageFailing,
            Opened = memory.Opened,
            OpenedEpoch = memory.OpenedEpoch,
            Changed = memory.Changed,
            ChangedEpoch = memory.ChangedEpoch,
            Result = new(memory.Result),
        });
    }

    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        if (!rehydrationContext.TryGetValue(MigratedStash.Key, out MigratedStash? migrated) || migrated is null)
        {
            return;
        }

        _hasArrived = true;
        services.Metrics.Migrated(isArrival: true);
        var image = migrated.State.ToImage();
        if (migrated.Left is { } left)
        {
            image = image with { Clock = services.Doubt.Clock(image.ExpiresAt - left) };
        }

        _record.Restore(image);
        _calls.Memory = (migrated.Opened, migrated.OpenedEpoch, migrated.Changed, migrated.ChangedEpoch, migrated.Result.ToResult());
        _durability = (StashDurability)migrated.State.Durability;
        if (!IsDurable || PrepareStorage() is not null)
        {
            // Without storage on this silo it can be no more than a stash in memory; durable calls are refused and say why.
            _durability = StashDurability.Memory;
            return;
        }

        _wasLoaded = true;
        _askedBy = migrated.State.IsListed ? _record.Image!.ExpiresAt : null;
        _failedFlushes = migrated.IsStorageFailing ? 1 : 0;
        var now = Now;
        _storage!.Restore(
            migrated.IsRowKnown,
            migrated.ETag,
            migrated.HasRow ?? (migrated.IsRowKnown && migrated.ETag is not null),
            migrated.IsRowKnown && !migrated.IsDirty ? image : null,
            migrated.RowLeft > TimeSpan.Zero ? image with { ExpiresAt = now + migrated.RowLeft, Clock = services.Doubt.Clock(now), Entries = [], Size = 0 } : null,
            migrated.IsClearUnanswered,
            migrated.IsFirstWriteUnanswered);
    }

    /// <summary>Orleans calls this when the grain has arrived elsewhere, or is gone.</summary>
    public void Dispose()
    {
        if (_budget > 0)
        {
            services.Budget.Release(_budget);
            _budget = 0;
        }

        if (_isLeaving)
        {
            _isLeaving = false;
            services.Lost.Left(_isAtRisk ? _reason : null);
        }

        services.Metrics.Holds(ref _held, null);
        services.Metrics.Owes(ref _unstoredSince, isUnstored: false);

        GC.SuppressFinalize(this);
    }
}
