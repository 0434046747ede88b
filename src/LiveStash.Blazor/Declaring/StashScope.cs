namespace LiveStash;

/// <summary>When a saved property is put back.</summary>
public enum StashScope
{
    /// <summary>
    /// Only after a loss the user did not ask for: the connection, the circuit or the server was gone. A page that the user
    /// opens or reloads starts anew, and what was saved before is given up.
    /// </summary>
    Reconnect,

    /// <summary>Each time the component appears in the same browser tab, a reload by the user included.</summary>
    Tab,
}
