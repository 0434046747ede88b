using LiveStash.Browser;
using LiveStash.Saving;

namespace LiveStash.Recovering;

/// <summary>The user of the circuit is another one now.</summary>
internal sealed partial class StashRecovery
{
    // The tags that the tab has, as far as they may be looked for again: what the browser told, and what has become of that here.
    private StashGreeting? _told;

    // As the script has it: failures count in a row, and a page that has stood this long ends the row.
    private static readonly TimeSpan StandsAfter = TimeSpan.FromSeconds(5);
    private long? _began;

    /// <summary>Goes on in another session: with the stash that the tab has of it, which is opened late then, or else with a new one.</summary>
    /// <param name="finder">Finds the tag.</param>
    /// <param name="sessionKey">The key of the session.</param>
    /// <param name="visitor">The key of the session before, where that was a visitor's who signs in: of it nothing is left in the tab.</param>
    /// <param name="takeAlong">Whether what is saved comes along.</param>
    public void Rebind(TagFinder finder, string sessionKey, string? visitor, bool takeAlong)
    {
        if (client.MustOpen && _found.Tag is null)
        {
            // The browser has not told its tags, or it was not listened to yet.
            _finding = FindAgainAsync(_finding!, finder, sessionKey, visitor);
            client.AwaitTag(sessionKey);
            return;
        }

        var former = client.Tag;
        var isLeft = visitor is null && !client.HasFormerTag;
        _told = Told(isLeft);
        var found = _told is null ? null : finder.Find(_told, sessionKey, visitor: null);
        var isUnread = client is { MustOpen: true, IsProvisional: false };
        if (found is not { Status: StashStatus.Recovered } || (takeAlong && isUnread))
        {
            Disown(takeAlong, isLeft);
            var own = takeAlong && found is { Status: StashStatus.Recovered } ? found with { Outdated = former } : null;
            client.Rebind(sessionKey, takeAlong, forget: visitor is not null, own);
            _found = own is null ? _found : _found with { Own = own, Owed = _found.Owed.And(own.Owed) };
            return;
        }

        if (takeAlong)
        {
            // Over what the user has saved, as what is entered before an engine answers.
            var along = saver.Outlook().ToArray();
            saver.Forget();
            Array.ForEach(along, entry => saver.Change(entry.Key, entry.Value));
        }

        Disown(takeAlong, isLeft);
        client.Rebind(sessionKey, found, takeAlong, forget: !isLeft);
        _found = found with { Tag = client.Tag, Outdated = isLeft || takeAlong ? null : former, Left = isLeft ? former : null };
    }

    /// <summary>Nothing of what was found is the present user's.</summary>
    private void Disown(bool takeAlong, bool isLeft)
    {
        if (!takeAlong)
        {
            _owed.Clear();
            _taken.Clear();
            _again.Clear();
            _found = _found with { Tag = null, Outdated = null, Left = isLeft ? client.Tag : null, Owed = new(null), Own = null };
            Tell(null, isAnew: true);
        }
    }

    /// <summary>The tags of the tab, without those that have gone from it.</summary>
    /// <param name="isLeft">Whether the present one stays. Whoever comes back to it finds on the screen what is saved, so all of it is owed.</param>
    private StashGreeting? Told(bool isLeft)
    {
        if ((_told ?? _found.Greeting) is not { } told)
        {
            return null;
        }

        string?[] gone = [client.Tag, _found.Tag, _found.Outdated];
        var others = (told.Tags ?? []).OfType<string>().Where(kept => !gone.Contains(kept.Split('~', 2)[0]));
        return told with
        {
            Tags = [.. isLeft && client.Tag is { } tag ? others.Prepend($"{tag}~{OwedSlots.Everything}") : others],
            Lost = false,
            Duplicate = false,
            Failures = _began is { } began && time.GetElapsedTime(began) >= StandsAfter ? 0 : told.Failures,
        };
    }

    private static async Task<FoundTag> FindAgainAsync(Task<FoundTag> finding, TagFinder finder, string sessionKey, string? visitor) =>
        await finding is { Greeting: { } greeting } ? finder.Find(greeting, sessionKey, visitor) : new(StashStatus.Error, Lost: false);
}
