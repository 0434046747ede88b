namespace LiveStash;

/// <summary>How pages connect to their server.</summary>
public sealed class StashConnectionOptions
{
    /// <summary>
    /// Whether a page negotiates before it connects, as Blazor does by itself: a host needs it that is to be reached by long
    /// polling, and then sticky sessions where it has several servers. Default <see langword="false"/>: a WebSocket is opened at
    /// once, by whichever server the balancer chooses; only a page whose WebSocket does not pass negotiates. Default
    /// <see langword="true"/> where Azure SignalR is registered, whose address is negotiated.
    /// </summary>
    public bool Negotiate { get; set; }
}
