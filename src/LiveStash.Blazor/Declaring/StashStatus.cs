namespace LiveStash;

/// <summary>What became of a component's saved state when the component appeared.</summary>
public enum StashStatus
{
    /// <summary>There was nothing to look for: the page was opened anew. Also while such a page is prerendered.</summary>
    New,

    /// <summary>The state was found and is in the properties.</summary>
    Recovered,

    /// <summary>The page comes back from a loss, or belongs to a tab with a stash, but nothing is saved for this component: it expired, was reset, was lost with the memory it was in, or never was there.</summary>
    NotFound,

    /// <summary>The engine could not be reached, or what was saved cannot be read. The component has its initial values; where the engine answers after all, it renders with the status of then.</summary>
    Error,
}
