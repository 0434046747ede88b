using LiveStash.Browser;

namespace LiveStash.Saving;

/// <summary>The circuit goes on in another session.</summary>
internal sealed partial class StashClient
{
    /// <inheritdoc cref="AwaitTag()"/>
    /// <param name="newKey">The key of the session that the tag is to be of.</param>
    public void AwaitTag(string newKey)
    {
        (_sessionKey, _boundId) = (newKey, null);
        AwaitTag();
    }

    /// <summary>Goes on in another session, under an id of its own.</summary>
    /// <param name="newKey">The key of that session.</param>
    /// <param name="takeAlong">Whether what is saved comes along; otherwise nothing is saved.</param>
    /// <param name="forget">
    /// Whether the new tag comes in the place of the one before. Otherwise it stays beside it: whoever comes back to that session has
    /// the stash again.
    /// </param>
    /// <param name="beneath">The tag that the tab has of that session, where what is saved could not be read yet and comes over it.</param>
    public void Rebind(string newKey, bool takeAlong, bool forget, FoundTag? beneath)
    {
        if (takeAlong && MustOpen && !IsProvisional && !_awaitsTag)
        {
            // It could not be read yet: it is read for the new session.
            (_boundId, _sessionKey, _mode, _isTakenAlong, _awaitsTag, _tagStored) = (BoundId, newKey, StashOpenMode.Read, true, true, null);
            _beneath = beneath?.Id.BindTo(beneath.BoundTo);
            return;
        }

        _sessionKey = newKey;
        LeaveTag(forget || HasFormerTag);
        StartAnew();
        MustOpen = _awaitsTag = IsProvisional = false;
        if (!takeAlong)
        {
            _saved.Clear();
        }

        IsUncertain = _saved.Count > 0;
        _isTakenAlong = takeAlong;
        _tagWaits = takeAlong && IsUncertain && Tag is not null;
        _ = StoreTagAsync();
    }

    /// <summary>Goes on in another session with the stash that the tab has of it, which is to be opened: see <see cref="MustOpen"/>.</summary>
    /// <param name="newKey">The key of that session.</param>
    /// <param name="found">Its tag.</param>
    /// <param name="takeAlong">Whether what is saved comes along, over what is there.</param>
    /// <param name="forget">Whether its tag comes in the place of the one before.</param>
    public void Rebind(string newKey, FoundTag found, bool takeAlong, bool forget)
    {
        LeaveTag(forget);
        StartAnew();
        (_sessionKey, _id, _mode, _isTakenAlong, _beneath) = (newKey, found.Id, StashOpenMode.Own, takeAlong, null);
        (MustOpen, _awaitsTag, IsProvisional, IsUncertain) = (true, false, false, takeAlong);
        _tagWaits = takeAlong && _saved.Count > 0 && Tag is not null;
        _foundTag = found.Tag;
        _saved.Clear();
        _ = StoreTagAsync();
    }

    /// <summary>The next tag comes in the place of the one before, or beside it.</summary>
    private void LeaveTag(bool forget)
    {
        if (!forget)
        {
            Tag = null;
            _formerTags.Clear();
        }
    }
}
