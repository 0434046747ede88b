using Orleans;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Expiry;

/// <summary>The sweep: asks the stashes that are due whether they are still there.</summary>
internal partial class LedgerGrain
{
    /// <summary>A stash that could not tell is asked again so much later, so that some of these do not keep the others from their turn.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(5);

    /// <summary>How long a tick waits for its sweep. A long one goes on without it.</summary>
    private static readonly TimeSpan TickPatience = TimeSpan.FromSeconds(5);

    /// <summary>After so many failures in a row the rest is left to the next tick.</summary>
    private const int MaxFailures = 8;

    private Task _sweep = Task.CompletedTask;
    private bool _isStopping;
    private int _failures;

    /// <summary>The reminder's tick.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (services.MissingForDurable is { } missing)
        {
            LogTickWithoutStorage(services.Logger, missing);
            return;
        }

        if (_sweep.IsCompleted)
        {
            _sweep = SweepAsync();
        }

        await _sweep.WaitAsync(TickPatience, services.SystemTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _isStopping = true;
        await _sweep.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private async Task SweepAsync()
    {
        LedgerRow<LedgerState>? head = null;
        var absent = new List<Sheet>();
        try
        {
            Sheet[] due = [];
            await InTurnAsync(async () =>
            {
                await EnsureLoadedAsync();
                head = _head;
                due = TakeDue();
            });
            _failures = 0;
            foreach (var sheet in due)
            {
                if (_isStopping || _failures >= MaxFailures || !ReferenceEquals(head, _head))
                {
                    break;
                }

                await SweepAsync(sheet, absent);
            }

            await InTurnAsync(() => ReferenceEquals(head, _head) ? FinishAsync(due.Length > 0, absent) : Task.CompletedTask);
            services.Metrics.Swept(isDone: true);
        }
        catch (Exception exception)
        {
            LogSweepFailed(services.Logger, exception);
            services.Metrics.Swept(isDone: false);
            await InTurnAsync(() =>
            {
                if (ReferenceEquals(head, _head))
                {
                    Forget();
                }

                return Task.CompletedTask;
            });
        }
    }

    /// <summary>The sheets to look at. The open one is closed for it: what is listed meanwhile goes to another.</summary>
    private Sheet[] TakeDue()
    {
        var now = Now;
        if (_open is { } open && open.HasDue(now))
        {
            open.Due = default;
            _open = null;
        }

        return [.. _sheets.Where(sheet => !ReferenceEquals(sheet, _open) && sheet.Due <= now)];
    }

    private async Task SweepAsync(Sheet sheet, List<Sheet> absent)
    {
        if (sheet.Listings is null && !await sheet.ReadAsync())
        {
            // Made in the head, and not yet or never after that.
            if (sheet.WasAbsent)
            {
                absent.Add(sheet);
            }

            (sheet.WasAbsent, sheet.Due) = (true, Now + (2 * MinAge));
            return;
        }

        var (head, now) = (_head, Now);
        var due = sheet.Listings!.Where(listing => listing.Due <= now).ToArray();
        await Task.WhenAll(due.Select(AskAsync));
        await InTurnAsync(() => ReferenceEquals(head, _head) ? SettleAsync(sheet, due.Length > 0) : Task.CompletedTask);
    }

    private async Task AskAsync(Listing listing)
    {
        await services.Sweeps.WaitAsync();
        try
        {
            if (_isStopping || _failures >= MaxFailures)
            {
                return;
            }

            if (await GrainFactory.GetGrain<IListedStash>(listing.Key).ExpireAsync() is { } left)
            {
                (listing.IsGone, listing.Due, _failures) = (left == TimeSpan.Zero, Now + left, 0);
                services.Metrics.Asked(left);
                return;
            }
        }
        catch (Exception exception)
        {
            // Orleans' own message may hold the key.
            LogNotAsked(services.Logger, exception.GetType().Name);
        }
        finally
        {
            services.Sweeps.Release();
        }

        _failures++;
        services.Metrics.Asked(null);
        listing.Due = Now + RetryAfter;
    }

    /// <summary>Stores what was learned of a sheet. What is left of it joins the open one where there is room, so that sheets stay full.</summary>
    private async Task SettleAsync(Sheet sheet, bool isChanged)
    {
        var left = sheet.Listings!;
        left.RemoveAll(static listing => listing.IsGone);
        if (left.Count == 0)
        {
            await RemoveAsync(sheet);
        }
        else if (left.Count <= Sheet.Capacity / 2 && _open is { } open && open.Listings!.Count + left.Count <= Sheet.Capacity)
        {
            open.Listings.AddRange(left);
            await WriteAsync(open);
            await RemoveAsync(sheet);
        }
        else
        {
            if (isChanged)
            {
                await WriteAsync(sheet);
            }

            if (left.Count <= Sheet.Capacity / 2 && _open is null)
            {
                _open = sheet;
            }
            else
            {
                sheet.Close(Now);
            }
        }
    }

    private async Task RemoveAsync(Sheet sheet)
    {
        await sheet.Row.ClearAsync();
        _sheets.Remove(sheet);
    }

    /// <summary>Brings the head up to date, and removes all where nothing is left.</summary>
    private async Task FinishAsync(bool isChanged, List<Sheet> absent)
    {
        _sheets.RemoveAll(absent.Contains);
        if (isChanged)
        {
            await WriteHeadAsync();
        }

        // Another activation may have made one at the last moment. It looks for its name in the head after that, and here its
        // sheet is looked for after the name is gone: one of the two sees the other.
        foreach (var sheet in absent)
        {
            if (await sheet.ReadAsync())
            {
                sheet.Close(Now);
                _sheets.Add(sheet);
                await WriteHeadAsync();
            }
        }

        if (_sheets.Count == 0)
        {
            await EndAsync();
        }
    }

    private async Task EndAsync()
    {
        // Known before the head is deleted: one that is registered for a new head is another.
        var reminder = await this.GetReminder(ReminderName).WaitAsync(services.Options.StorageTimeout, services.SystemTime);
        if (_head!.Exists)
        {
            await _head.ClearAsync();
        }

        _registration = null;
        if (reminder is not null)
        {
            await this.UnregisterReminder(reminder).WaitAsync(services.Options.StorageTimeout, services.SystemTime);
        }
    }
}
