namespace Showcase.Itineraries;

/// <summary>Where one sits.</summary>
public enum CabinClass
{
    /// <summary>Second class.</summary>
    Second,

    /// <summary>First class.</summary>
    First,

    /// <summary>A bed.</summary>
    Sleeper,
}
