namespace LiveStash.Browser.Tests.Browsing;

/// <summary>What data-stash-status says on an interactive page.</summary>
public enum StashPageStatus
{
    /// <summary>Nothing was looked for.</summary>
    New,

    /// <summary>The state is back.</summary>
    Recovered,

    /// <summary>It was looked for and is not there.</summary>
    NotFound,

    /// <summary>It could not be looked for.</summary>
    Error,
}
