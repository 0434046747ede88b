namespace LiveStash.Testing;

/// <summary>The methods of <see cref="IStashEngine"/>.</summary>
public enum StashEngineMethod
{
    /// <summary><see cref="IStashEngine.OpenAsync"/>.</summary>
    Open,

    /// <summary><see cref="IStashEngine.WriteAsync"/>.</summary>
    Write,

    /// <summary><see cref="IStashEngine.TouchAsync"/>.</summary>
    Touch,

    /// <summary><see cref="IStashEngine.ClearAsync"/>.</summary>
    Clear,
}
