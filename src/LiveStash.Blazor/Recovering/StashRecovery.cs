using LiveStash.Browser;
using LiveStash.Comparing;
using LiveStash.Declaring;
using LiveStash.Measuring;
using LiveStash.Saving;
using Microsoft.Extensions.Logging;

namespace LiveStash.Recovering;

/// <summary>
/// Opens the stash of the tab, puts what is saved into the slots that ask for it, and, where the engine could not be asked in
/// time, into what the user has not touched meanwhile.
/// </summary>
internal sealed partial class StashRecovery(
    StashClient client, StashSaver saver, StashBrowser browser, TimeProvider time, LiveStashOptions options, StashMetrics metrics, ILogger<StashRecovery> logger)
{
    // Slots that have taken their entries of the Reconnect scope in this circuit, and those that may take them once more.
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly HashSet<string> _again = new(StringComparer.Ordinal);

    // Slots of the Reconnect scope that a loss has left behind, until their page takes them.
    private readonly HashSet<string> _owed = new(StringComparer.Ordinal);
    private bool _owesLess;

    private Task<FoundTag>? _finding;
    private CircuitWork? _work; // none while prerendering
    private FoundTag _found = new(StashStatus.Error, Lost: true);

    // What was saved when a page failed right after it had got it, again and again.
    private Dictionary<string, ReadOnlyMemory<byte>> _poison = [];

    /// <summary>What became of the stash of the tab.</summary>
    public StashStatus Opened { get; private set; }

    /// <summary>Completes when the browser knows how the circuit has begun, or begins once more.</summary>
    public Task Begun { get; private set; } = Task.CompletedTask;

    /// <summary>Opens what the tab has. A page that comes back is held until its engine answers, as long as its patience lasts.</summary>
    /// <param name="finding">What the browser says. A page waits for that too, as long as for its engine.</param>
    /// <param name="work">The circuit's.</param>
    /// <exception cref="OperationCanceledException">The circuit is over.</exception>
    public async Task OpenAsync(Task<FoundTag> finding, CircuitWork work)
    {
        (_finding, _work) = (finding, work);
        var asked = time.GetTimestamp();
        var patience = options.RecoveryPatience > options.EngineTimeout ? options.RecoveryPatience : options.EngineTimeout;
        await ((Task)finding).WaitAsync(patience, time, work.Stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        work.Stopped.ThrowIfCancellationRequested();
        metrics.Greeted(finding);
        StashActivities.Mark("greeted");
        if (!finding.IsCompleted)
        {
            LogNotGreeted(patience.TotalSeconds);
            client.AwaitTag();
            Opened = StashStatus.Error;
            return;
        }

        var outcome = await OpenAsync();
        if (client is { MustOpen: true, IsProvisional: false } && options.RecoveryPatience > TimeSpan.Zero)
        {
            _ = browser.HoldAsync(true);
            metrics.WaitStarts();
            try
            {
                outcome = await HoldAsync(outcome, asked, work.Stopped);
            }
            finally
            {
                metrics.WaitEnds();
            }

            _ = browser.HoldAsync(false);
        }

        work.Stopped.ThrowIfCancellationRequested();
        StashActivities.Mark("opened");
        Start(outcome);
    }

    /// <summary>Reads the stash for a page that is being prerendered; it stays whose it is.</summary>
    /// <returns>Whether it is there.</returns>
    public async Task<bool> ReadAsync(FoundTag found)
    {
        _found = found with { Copy = true };
        Start(await OpenOwnAsync(await client.OpenAsync(_found)));
        return Opened == StashStatus.Recovered;
    }

    /// <summary>Puts what is saved into a slot's properties, as far as their scope allows, and sets the status.</summary>
    public void Recover(StashSlot slot)
    {
        if (slot.Owner is not { } owner)
        {
            return;
        }

        var reconnected = (IsLost(slot.Name) && _taken.Add(slot.Name)) | _again.Remove(slot.Name);
        _owesLess |= _owed.Remove(slot.Name);
        var saved = saver.Outlook();
        if (_poison.Count > 0 && OwnOf(slot, saved, reconnected).Any(IsPoison))
        {
            // Kept until the user changes something here.
            slot.Outdate(OwnOf(slot, saved, reconnected));
            slot.Status = StashStatus.Error;
            slot.TakePresent();
        }
        else if (VersionOf(slot, saved, reconnected) is { } version && version != slot.Settings.Version)
        {
            Migrate(slot, version, saved, reconnected);
        }
        else
        {
            Apply(slot, owner, saved, reconnected);
        }
    }

    /// <summary>Lets a slot of this name have its entries of the Reconnect scope once more, or not any more: the owner that left them is gone.</summary>
    public bool Again(string name, bool isAllowed = true) => isAllowed ? _again.Add(name) : _again.Remove(name);

    /// <summary>Tells the browser which slots have taken what they were owed, so that it counts once.</summary>
    public void TellOwed()
    {
        if (_owesLess)
        {
            _owesLess = false;
            _ = browser.OweAsync(client.EngineName, OwedSlots.Format(_owed));
        }
    }

    private async Task<StashOutcome> OpenAsync() => await OpenOwnAsync(await client.OpenAsync(_found = await _finding!));

    private async Task<StashOutcome> EnsureOpenAsync() => await OpenOwnAsync(await client.EnsureOpenAsync());

    /// <summary>Where a visitor has left a tag and nothing saved, nothing is taken along: the user's own stash it is.</summary>
    private async Task<StashOutcome> OpenOwnAsync(StashOutcome outcome) => outcome != StashOutcome.NotFound || _found.Own is not { } own
        ? outcome
        : await client.OpenAsync(_found = own with { Copy = own.Copy || _work is null });

    /// <summary>The stash is open, or the page goes on without: a page that the user opened anew gives up what only a loss brings back.</summary>
    private void Start(StashOutcome outcome)
    {
        _began ??= time.GetTimestamp();
        Opened = _found.Status != StashStatus.Recovered ? _found.Status : outcome switch
        {
            StashOutcome.Ok => StashStatus.Recovered,
            StashOutcome.NotFound => StashStatus.NotFound,
            _ => StashStatus.Error,
        };
        if (_found.Poisoned && Opened == StashStatus.Recovered)
        {
            LogPoisoned();
            _poison = new(client.Saved);
        }

        _owed.UnionWith(client.Saved.Keys.Where(StashNames.IsReconnect).Select(StashNames.SlotOf).Where(IsLost));
        saver.Remove([.. client.Saved.Keys.Where(name => StashNames.IsReconnect(name) && !_owed.Contains(StashNames.SlotOf(name)) && !saver.Changes.ContainsKey(name))]);
        if (Opened != StashStatus.Error || !client.MustOpen)
        {
            Tell(client.Tag);
        }
    }

    /// <summary>Tells the browser that the circuit has begun, until it knows: the note of a loss and what is owed hang on it.</summary>
    /// <param name="tag">The tag that it has begun with; <see langword="null"/> when there is none that can be read.</param>
    /// <param name="isAnew">Whether nothing in the page is the present user's.</param>
    private void Tell(string? tag, bool isAnew = false)
    {
        if (_work is null)
        {
            return;
        }

        // At once: what is rendered next is what was recovered.
        var (found, telling) = (_found, TellAsync(tag));
        TaskCompletionSource told = new();
        Begun = told.Task;
        _work.Post(async () =>
        {
            try
            {
                // Without a script there is nobody to be told.
                for (var backoff = new Backoff(); !await telling && Begun == told.Task && found.Status != StashStatus.Error; telling = TellAgainAsync())
                {
                    await Task.Delay(backoff.Next(), time, _work.Stopped);
                }
            }
            finally
            {
                told.SetResult();
            }
        });

        async Task<bool> TellAgainAsync()
        {
            if (isAnew && client.MayHaveFormerTag)
            {
                // Or what was typed for the former tag would be of the next one.
                _ = TellAsync(null);
            }

            if (found != _found)
            {
                // Another user's by now, whose stash is not open yet.
                return await client.StoreTagAsync();
            }

            if (client.MayHaveFormerTag)
            {
                // What is typed is of the tag that the page has: it has to have this one before.
                _ = client.StoreTagAsync();
            }

            return await TellAsync(client.Tag);
        }

        Task<bool> TellAsync(string? present) => browser.StartedAsync(client.EngineName, present, _found.Outdated, Opened == StashStatus.Recovered, OwedSlots.Format(_owed), _found.Left);
    }

    private bool IsLost(string slot) => _found.Lost || _found.Owed.Contains(slot);

    private async Task<StashOutcome> HoldAsync(StashOutcome outcome, long started, CancellationToken cancellationToken)
    {
        var backoff = new Backoff();
        while (client is { MustOpen: true, IsProvisional: false } && time.GetElapsedTime(started) < options.RecoveryPatience)
        {
            await Task.Delay(backoff.Next(), time, cancellationToken);
            outcome = await EnsureOpenAsync();
        }

        LogHeld(time.GetElapsedTime(started).TotalSeconds, outcome);
        return outcome;
    }

    private bool IsPoison(string entry) => _poison.TryGetValue(entry, out var value) && client.Saved.TryGetValue(entry, out var saved) && saved.Equals(value);

    private void Apply(StashSlot slot, object owner, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> saved, bool reconnected)
    {
        var applied = 0;
        slot.TakePresent();
        foreach (var cell in slot.Cells)
        {
            if ((cell.Scope == StashScope.Reconnect && !reconnected) || !saved.TryGetValue(cell.Entry, out var bytes))
            {
                continue;
            }

            if (slot.TryApply(cell, owner, bytes))
            {
                cell.Recovered = bytes;
                applied++;
                saver.Keep([cell.Entry, slot.VersionEntry(cell.Scope)]);
            }
        }

        slot.Status = applied > 0 ? StashStatus.Recovered : slot.DroppedProperties.Count > 0 ? StashStatus.Error : Absent(slot, reconnected);
    }

    /// <summary>The status where nothing is saved. Without a loss only the Tab scope asks for anything.</summary>
    private StashStatus Absent(StashSlot slot, bool reconnected) =>
        Opened == StashStatus.New || !(reconnected || (slot.HasTabScope && Opened != StashStatus.Recovered)) ? StashStatus.New
        : Opened == StashStatus.Recovered ? StashStatus.NotFound
        : Opened;

    /// <summary>Lets the owner take over what another version of it had saved; discards that otherwise.</summary>
    private void Migrate(StashSlot slot, int version, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> saved, bool reconnected)
    {
        slot.Outdate(OwnOf(slot, saved, reconnected: true).Except(slot.Cells.Select(static cell => cell.Entry)).Except(slot.Settings.Version == 1 ? [] : slot.Cells.Select(cell => slot.VersionEntry(cell.Scope))));
        ReadOnlyMemory<byte>? Find(string property) => Scopes(reconnected)
            .Select(scope => saved.TryGetValue(StashNames.Entry(slot.Name, property, scope), out var bytes) ? bytes : default(ReadOnlyMemory<byte>?))
            .FirstOrDefault(static bytes => bytes is not null);

        Exception? failure = null;
        slot.TakePresent();
        try
        {
            slot.Status = slot.Settings.Migrate?.Invoke(slot.Migration(version, Find)) == true ? StashStatus.Recovered : StashStatus.Error;
        }
        catch (Exception exception)
        {
            // The app's code: a migration that fails must not cost the page.
            (slot.Status, failure) = (StashStatus.Error, exception);
        }

        if (slot.Status == StashStatus.Error)
        {
            LogDiscarded(failure, slot.Name, version, slot.Settings.Version);

            // With the first value of this version all go, or they would pass for values of this one.
            slot.Outdate(slot.Cells.Select(static cell => cell.Entry));
            foreach (var cell in slot.Cells)
            {
                slot.Drop(cell);
            }
        }
        else
        {
            slot.TakeMigration();
        }
    }

    /// <summary>Which version of the owner has saved; <see langword="null"/> when nothing is there to be recovered.</summary>
    private static int? VersionOf(StashSlot slot, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> saved, bool reconnected)
    {
        int? version = null;
        foreach (var scope in Scopes(reconnected))
        {
            if (saved.TryGetValue(slot.VersionEntry(scope), out var bytes))
            {
                return StashNames.ReadVersion(bytes.Span);
            }

            version ??= slot.Settings.Version == 1 || !saved.Keys.Any(name => StashNames.IsIn(name, slot.Name, scope)) ? null : 1;
        }

        return version;
    }

    private static IEnumerable<string> OwnOf(StashSlot slot, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> saved, bool reconnected) =>
        saved.Keys.Where(name => Scopes(reconnected).Any(scope => StashNames.IsIn(name, slot.Name, scope)));

    private static StashScope[] Scopes(bool reconnected) => reconnected ? [StashScope.Reconnect, StashScope.Tab] : [StashScope.Tab];

    [LoggerMessage(1205, LogLevel.Warning, "What version {Saved} of {Slot} had saved was discarded, since version {Present} does not take it over. Set StashSlotSettings.Migrate to do so.")]
    private partial void LogDiscarded(Exception? exception, string slot, int saved, int present);

    [LoggerMessage(1206, LogLevel.Warning, "The page was held for {Seconds:0.0} s, until its engine answered {Outcome}.")]
    private partial void LogHeld(double seconds, StashOutcome outcome);

    [LoggerMessage(1213, LogLevel.Warning, "The browser has not told its tag in {Seconds:0} s. The page starts without its saved state, and gets it when the browser answers.")]
    private partial void LogNotGreeted(double seconds);

    [LoggerMessage(1207, LogLevel.Error, "The page failed twice right after it had got its saved state, so it starts without it now. The state is kept until the user changes something there.")]
    private partial void LogPoisoned();
}
