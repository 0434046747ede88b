namespace LiveStash.Saving;

/// <summary>Why a save is made. Of those that share one, the last of this list.</summary>
internal enum SaveReason
{
    /// <summary>Something has changed.</summary>
    Change,

    /// <summary>The attempt before it failed.</summary>
    Retry,

    /// <summary>The script waits for it, as before the page goes.</summary>
    Flush,

    /// <summary>The app waits for it.</summary>
    Asked,

    /// <summary>Something is to be removed.</summary>
    Reset,

    /// <summary>The circuit ends.</summary>
    Close,
}
