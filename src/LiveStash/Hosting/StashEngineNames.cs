namespace LiveStash;

/// <summary>The names under which the engines of this library are registered.</summary>
public static class StashEngineNames
{
    /// <summary>The in-process engine: the memory of this web server.</summary>
    public const string Memory = "memory";

    /// <summary>The browser memory engine: the tab's sessionStorage.</summary>
    public const string Browser = "browser";

    /// <summary>The Orleans engine: a grain per stash.</summary>
    public const string Orleans = "orleans";

    /// <summary>What follows the name of an engine that has the browser's copy as its fallback, as in <c>orleans+browser</c>.</summary>
    public const string BrowserFallbackSuffix = "+browser";
}
