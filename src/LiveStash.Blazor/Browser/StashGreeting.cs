namespace LiveStash.Browser;

/// <summary>What the browser says when a circuit starts.</summary>
internal sealed record StashGreeting
{
    /// <summary>The protected tag of this tab, at most <see cref="MaxTagLength"/> characters; <see langword="null"/> when there is none.</summary>
    public string? Tag { get; init; }

    /// <summary>There is a tag, but longer than any of ours; the script does not send it.</summary>
    public bool TagTooLong { get; init; }

    /// <summary>The page comes back from a loss that the user did not ask for.</summary>
    public bool Lost { get; init; }

    /// <summary>The tab is a copy of another one that is still open: both have the same tag.</summary>
    public bool Duplicate { get; init; }

    /// <summary>How many circuits of this tab in a row ended with an exception before the page was used.</summary>
    public int Failures { get; init; }

    /// <summary>The longest tag that is looked at. Ours have about 200 characters.</summary>
    public const int MaxTagLength = 512;
}
