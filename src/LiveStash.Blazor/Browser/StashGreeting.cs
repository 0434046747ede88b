namespace LiveStash.Browser;

/// <summary>What the browser says when a circuit starts.</summary>
internal sealed record StashGreeting
{
    /// <summary>
    /// The protected tags of this tab, the newest first: one for each session that was signed in here, at most
    /// <see cref="MaxTags"/>, each of at most <see cref="MaxTagLength"/> characters. After a <c>~</c>, what of an earlier loss no
    /// page of that session has taken yet; see <see cref="OwedSlots"/>.
    /// </summary>
    public IReadOnlyList<string?>? Tags { get; init; }

    /// <summary>There is a tag longer than any of ours; the script does not send it.</summary>
    public bool TagTooLong { get; init; }

    /// <summary>The page comes back from a loss that the user did not ask for.</summary>
    public bool Lost { get; init; }

    /// <summary>The tab is a copy of another one that is still open: both have the same tag.</summary>
    public bool Duplicate { get; init; }

    /// <summary>How many circuits of this tab in a row ended with an exception before the page was used.</summary>
    public int Failures { get; init; }

    /// <summary>How many tags are looked at.</summary>
    public const int MaxTags = 3;

    /// <summary>The longest tag that is looked at. Ours have about 200 characters.</summary>
    public const int MaxTagLength = 512;
}
