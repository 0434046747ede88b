using LiveStash.Orleans.Server.Migration;
using LiveStash.Orleans.Server.Storage;
using Orleans;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Grains;

/// <summary>The way to another silo: when this one shuts down, and when the cluster moves the grain.</summary>
internal partial class StashGrain
{
    private int _budget;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        KeepActive();
        if (_durability == StashDurability.WriteBehind && IsDirty)
        {
            EnsureFlush();
        }

        return Task.CompletedTask;
    }

    /// <remarks>Throws nothing: that would cancel the migration.</remarks>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        try
        {
            if (_record.Image is not { } image || Now >= image.ExpiresAt)
            {
                return;
            }

            var isLeaving = reason.ReasonCode is DeactivationReasonCode.ShuttingDown or DeactivationReasonCode.IncompatibleRequest;
            if (reason.ReasonCode == DeactivationReasonCode.Migrating || (isLeaving && services.HasOtherSilo))
            {
                _budget = await services.Budget.AcquireAsync(image.Size, cancellationToken);
                if (isLeaving)
                {
                    this.MigrateOnIdle();
                }
            }
            else if (_durability == StashDurability.WriteBehind && IsDirty
                && reason.ReasonCode != DeactivationReasonCode.DuplicateActivation)
            {
                // Nobody to take it over. No promise hangs on this: a crash would not have come here either.
                if (await TryFlushAsync() is { } failure)
                {
                    LogLastFlushFailed(services.Logger, _storage!.Exception, failure);
                }
            }
        }
        catch (Exception exception)
        {
            LogNotMigrated(services.Logger, exception);
        }
    }

    public void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        if (_record.Image is not { } image)
        {
            return;
        }

        var memory = _calls.Memory;
        dehydrationContext.TryAddValue(MigratedStash.Key, new MigratedStash
        {
            State = StashState.From(image, _durability ?? StashDurability.Memory, _reminder is { IsRegistered: true }),
            IsRowKnown = _storage is { IsKnown: true },
            ETag = _storage?.ETag,
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

        var image = migrated.State.ToImage();
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
        _reminder!.IsRegistered = migrated.State.HasReminder;
        _failedFlushes = migrated.IsStorageFailing ? 1 : 0;
        if (migrated.IsRowKnown)
        {
            // An ETag without a known content: the row is there, and holds something older.
            _storage!.Restore(migrated.ETag, migrated.IsDirty ? null : image);
        }
    }

    /// <summary>Orleans calls this when the grain has arrived elsewhere, or is gone.</summary>
    public void Dispose()
    {
        if (_budget > 0)
        {
            services.Budget.Release(_budget);
            _budget = 0;
        }

        GC.SuppressFinalize(this);
    }
}
