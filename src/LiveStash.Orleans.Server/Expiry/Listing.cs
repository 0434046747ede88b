namespace LiveStash.Orleans.Server.Expiry;

/// <summary>One entry of a sheet. A stash that is listed twice has two, and each of them goes only when it was asked for itself.</summary>
/// <param name="key">Of the stash's grain.</param>
/// <param name="due">From when on to ask the stash.</param>
internal sealed class Listing(string key, DateTimeOffset due)
{
    public string Key => key;

    public DateTimeOffset Due { get; set; } = due;

    /// <summary>Whether the stash has said that it has no row.</summary>
    public bool IsGone { get; set; }
}
