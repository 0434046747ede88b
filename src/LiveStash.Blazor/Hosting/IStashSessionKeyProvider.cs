namespace LiveStash;

/// <summary>
/// Tells whose the stashes of a circuit are. A tag opens nothing in another session. Register your own, scoped, before
/// <c>AddLiveStash()</c> to bind stashes to something else, a tenant for example.
/// </summary>
public interface IStashSessionKeyProvider
{
    /// <summary>The key of this circuit's session: not empty, the same for every circuit of the session, and not to be guessed or chosen by another user.</summary>
    ValueTask<string> GetSessionKeyAsync(CancellationToken cancellationToken = default);
}
