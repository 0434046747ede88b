namespace LiveStash.Browser;

/// <summary>What the start of a circuit found out about its tab.</summary>
/// <param name="Status">
/// <see cref="StashStatus.Recovered"/>: there is a tag, and <see cref="Id"/> is to be opened. Otherwise what the tab's status
/// is without one: New, NotFound (unreadable, or lost with nothing saved) or Error (the browser did not answer).
/// </param>
/// <param name="Lost">Whether the page comes back from a loss that the user did not ask for.</param>
internal sealed record FoundTag(StashStatus Status, bool Lost)
{
    /// <summary>The tag itself.</summary>
    public string? Tag { get; init; }

    /// <summary>The tag of the visitor that the user was before signing in: whoever signs out leaves nothing of that to the next.</summary>
    public string? Outdated { get; init; }

    /// <summary>
    /// The tag of a user who is gone from this circuit, and has not left its page: that is a loss, and all of it is owed to whoever
    /// comes back to it.
    /// </summary>
    public string? Left { get; init; }

    /// <summary>What of an earlier loss no page has taken yet.</summary>
    public OwedSlots Owed { get; init; } = new(null);

    /// <summary>The id that the tag carries.</summary>
    public StashId Id { get; init; }

    /// <summary>The key of the session that the stash belongs to.</summary>
    public string BoundTo { get; init; } = "";

    /// <summary>Whether the page failed again and again right after it had got what is saved.</summary>
    public bool Poisoned { get; init; }

    /// <summary>The user's own stash, where a visitor's newer one is taken along: what that one has comes over it.</summary>
    public FoundTag? Own { get; init; }

    /// <summary>All that the browser told.</summary>
    public StashGreeting? Greeting { get; init; }

    /// <summary>Whether the stash is another tab's or another session's: it is copied, not taken over.</summary>
    public bool Copy { get; init; }
}
