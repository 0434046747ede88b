namespace LiveStash.Browser.Tests.Cases;

/// <summary>Which engines a test is about.</summary>
public enum EngineKind
{
    /// <summary>All of them.</summary>
    Any,

    /// <summary>Those whose state outlives the server.</summary>
    OutlivesServer,

    /// <summary>Those whose state goes with the server.</summary>
    GoesWithServer,
}
