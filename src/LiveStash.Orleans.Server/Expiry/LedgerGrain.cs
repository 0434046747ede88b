using System.Globalization;
using System.Security.Cryptography;
using LiveStash.Orleans.Server.Grains;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace LiveStash.Orleans.Server.Expiry;

/// <summary>
/// Sees to it that no row outlives its stash. Each durable stash is listed in one of <see cref="Count"/> ledgers, and each of these
/// has one reminder, so that there are as many reminders for a million stashes as for a thousand. The list is kept in sheets,
/// each a row, and a head row that names them: to list a stash writes one sheet, however many there are.
/// </summary>
/// <remarks>
/// What holds whatever fails in between, and also while two activations of a ledger live (each row is fenced by its ETag; who meets
/// another's forgets all and reads again):
/// <list type="number">
/// <item>The row of a stash is made after the stash is in a sheet, and a sheet's row after its id is in the head.</item>
/// <item>A head is made after the reminder is registered, and deleted before that is removed.</item>
/// <item>A stash leaves its sheet after it said that it has no row, and it then knows that it is not listed.</item>
/// </list>
/// So a crash leaves nothing but a name without a thing: an id without a sheet, a stash without a row, a reminder without a
/// head. The sweep removes those. Calls to list interleave; what touches the head or the open sheet does so in turn.
/// </remarks>
internal abstract partial class LedgerGrain(StashGrainServices services) : Grain, ILedgerGrain, IRemindable
{
    /// <summary>The class to register on a silo that keeps stashes.</summary>
    public static readonly Type Class = typeof(Registered);

    /// <summary>The type's name in grain ids, which are in reminder and storage tables: never to be changed.</summary>
    public const string TypeName = "livestash-ledger";

    /// <summary>The same of a sheet. There is no such grain: it names a row.</summary>
    public const string SheetTypeName = "livestash-sheet";

    /// <summary>The name of the state in a head row.</summary>
    public const string StateName = "ledger";

    /// <summary>The name of the state in the row of a sheet.</summary>
    public const string SheetStateName = "sheet";

    /// <summary>The name of the reminder.</summary>
    public const string ReminderName = "sweep";

    /// <summary>How many there are. May be changed: a stash stays in the ledger that it is listed in.</summary>
    public const int Count = 64;

    /// <summary>Between two sweeps, unless Orleans' floor for reminders is higher.</summary>
    private static readonly TimeSpan MinPeriod = TimeSpan.FromMinutes(1);

    /// <summary>A stash is not asked sooner after it was listed: the storage operation that it was listed for has ended by then, whatever became of it.</summary>
    public static readonly TimeSpan MinAge = TimeSpan.FromMinutes(1);

    private readonly Queue<(Listing Listing, TaskCompletionSource<string?> Listed)> _waiting = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The row of the head; <see langword="null"/> until it was read.</summary>
    private LedgerRow<LedgerState>? _head;
    private List<Sheet> _sheets = [];

    /// <summary>The sheet that is added to, one of <see cref="_sheets"/>.</summary>
    private Sheet? _open;
    private Task? _registration;
    private bool _isCommitting;

    /// <summary>The ledger of a stash.</summary>
    public static ILedgerGrain Of(GrainId stash, IGrainFactory grains) =>
        grains.GetGrain<ILedgerGrain>((stash.GetUniformHashCode() % Count).ToString(CultureInfo.InvariantCulture));

    private DateTimeOffset Now => services.Doubt.Early(services.Time.GetUtcNow());

    private TimeSpan Period => services.MinReminderPeriod > MinPeriod ? services.MinReminderPeriod : MinPeriod;

    public async ValueTask<string?> ListAsync(string key, TimeSpan left)
    {
        if (services.MissingForDurable is { } missing)
        {
            return missing;
        }

        var listed = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        services.Metrics.ListingStarts();
        _waiting.Enqueue((new(key, Now + (left > MinAge ? left : MinAge)), listed));
        if (!_isCommitting)
        {
            _isCommitting = true;
            CommitAsync().Ignore();
        }

        var failure = await listed.Task;
        services.Metrics.ListingEnds(isListed: failure is null);
        return failure;
    }

    /// <summary>Adds all that wait, as many at a time as one sheet takes.</summary>
    private async Task CommitAsync()
    {
        while (_waiting.Count > 0)
        {
            await InTurnAsync(CommitSheetAsync);
        }

        _isCommitting = false;
    }

    private async Task CommitSheetAsync()
    {
        var taken = new List<(Listing Listing, TaskCompletionSource<string?> Listed)>();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var sheet = await OpenSheetAsync();
                while (taken.Count < Sheet.Capacity - sheet.Listings!.Count && _waiting.TryDequeue(out var next))
                {
                    taken.Add(next);
                }

                var fitting = taken.Take(Sheet.Capacity - sheet.Listings!.Count).ToArray();
                sheet.Listings.AddRange(fitting.Select(static one => one.Listing));
                await WriteAsync(sheet);
                foreach (var one in fitting)
                {
                    one.Listed.SetResult(null);
                }

                taken.RemoveRange(0, fitting.Length);
                if (taken.Count == 0)
                {
                    return;
                }
            }
            catch (Exception exception)
            {
                Forget();
                if (exception is InconsistentStateException && attempt == 1)
                {
                    continue;
                }

                // Who came meanwhile has waited as well.
                taken.AddRange(_waiting);
                _waiting.Clear();
                LogNotListed(services.Logger, exception, taken.Count);
                var failure = $"The stash could not be listed for its deletion: {exception.GetType().Name}: {exception.Message}";
                taken.ForEach(one => one.Listed.SetResult(failure));
                return;
            }
        }
    }

    /// <summary>The sheet to add to, with room for one at least.</summary>
    private async Task<Sheet> OpenSheetAsync()
    {
        await EnsureLoadedAsync();
        if (_open is { HasRoom: true } open)
        {
            return open;
        }

        await EnsureRegisteredAsync();
        _open?.Close(Now);
        var id = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var sheet = new Sheet(id, SheetRow(id)) { Listings = [] };
        _sheets.Add(sheet);
        _open = sheet;
        await WriteHeadAsync();
        return sheet;
    }

    /// <summary>Writes a sheet. With its first content it is made sure that the head still names it.</summary>
    private async Task WriteAsync(Sheet sheet)
    {
        var isNew = !sheet.Row.Exists;
        await sheet.WriteAsync();
        if (isNew && !await _head!.IsUnchangedAsync())
        {
            await sheet.Row.ClearAsync();
            throw new InconsistentStateException("Another activation of this ledger has changed its head.");
        }
    }

    private Task WriteHeadAsync() => _head!.WriteAsync(new()
    {
        Sheets = [.. _sheets.Select(static sheet => sheet.Id)],
        Due = [.. _sheets.Select(sheet => ReferenceEquals(sheet, _open) ? 0 : sheet.Due.UtcTicks)],
    });

    private async Task EnsureLoadedAsync()
    {
        if (_head is not null)
        {
            return;
        }

        var head = new LedgerRow<LedgerState>(StateName, this.GetGrainId(), services);
        var state = await head.ReadAsync();
        _sheets = state is null ? [] : [.. state.Sheets.Zip(state.Due, (id, due) => new Sheet(id, SheetRow(id)) { Due = new(due, TimeSpan.Zero) })];
        (_head, _open) = (head, null);
    }

    /// <summary>
    /// Where there is a head there is a reminder. It is registered all the same, once, in the background: the reminder table may
    /// have been lost, or be one that does not outlive its silo.
    /// </summary>
    private async Task EnsureRegisteredAsync()
    {
        if (_registration is null or { IsFaulted: true })
        {
            _registration = RegisterAsync();
            _registration.Ignore();
        }

        if (!_head!.Exists)
        {
            await _registration;
        }
    }

    private async Task RegisterAsync()
    {
        // Ledgers that began at one moment do not tick at one moment.
        var number = int.Parse(this.GetPrimaryKeyString(), CultureInfo.InvariantCulture);
        await this.RegisterOrUpdateReminder(ReminderName, Period * (number + 1) / Count, Period).WaitAsync(services.Options.StorageTimeout, services.SystemTime);
    }

    /// <summary>After a failure, what storage holds is not known: all is read again when it is needed.</summary>
    private void Forget() => (_head, _sheets, _open, _registration) = (null, [], null, null);

    private LedgerRow<SheetState> SheetRow(string id) => new(SheetStateName, GrainId.Create(SheetTypeName, $"{this.GetPrimaryKeyString()}-{id}"), services);

    private async Task InTurnAsync(Func<Task> action)
    {
        await _turn.WaitAsync();
        try
        {
            await action();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>As with stashes: not a grain class of silos that only have the assembly.</summary>
    [GrainType(TypeName)]
    private sealed class Registered(StashGrainServices services) : LedgerGrain(services);
}
