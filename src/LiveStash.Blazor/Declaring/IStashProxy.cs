namespace LiveStash.Declaring;

/// <summary>Implemented by the derived types that <see cref="StashProxy"/> makes.</summary>
internal interface IStashProxy
{
    /// <summary>What is told of the component's life. <see langword="null"/> while prerendering.</summary>
    StashHook? StashHook { get; set; }
}
