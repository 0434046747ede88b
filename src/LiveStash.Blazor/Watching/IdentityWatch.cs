using LiveStash.Hosting;
using LiveStash.Saving;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveStash.Watching;

/// <summary>Notices that a user signs in or out inside a circuit: the stash is another session's then.</summary>
internal sealed partial class IdentityWatch(
    IStashSessionKeyProvider keys, IOptions<StashSessionOptions> options, CircuitWork work, ILogger<IdentityWatch> logger, AuthenticationStateProvider? authentication = null) : IDisposable
{
    private StashSession? _session;
    private string _key = "";
    private string? _visitor;

    /// <param name="session">The session to be bound anew.</param>
    /// <param name="key">The key that it has now.</param>
    public void Start(StashSession session, string key)
    {
        (_session, _key, _visitor) = (session, key, SessionKeyProvider.VisitorKey);
        if (authentication is not null)
        {
            authentication.AuthenticationStateChanged += OnChanged;
        }
    }

    /// <summary>Who the user is now, after the session has been opened for the one who was there before.</summary>
    /// <param name="changed">Completes when that can be asked for.</param>
    public async Task CatchUpAsync(Task? changed = null)
    {
        string key;
        try
        {
            await (changed ?? Task.CompletedTask);
            key = await keys.GetSessionKeyAsync();
        }
        catch (Exception exception) when (!work.Stopped.IsCancellationRequested)
        {
            // It may be anybody by now, so it is nobody.
            LogUnknown(exception);
            _session?.Abandon();
            return;
        }

        if (_session is { IsActive: true } session && key != _key)
        {
            var visitor = _key == _visitor ? _visitor : null;
            _key = key;
            await session.RebindAsync(key, visitor, takeAlong: visitor is not null && options.Value.TakeAnonymousStashAlong);
        }
    }

    public void Dispose()
    {
        if (authentication is not null)
        {
            authentication.AuthenticationStateChanged -= OnChanged;
        }
    }

    private void OnChanged(Task<AuthenticationState> changed) => work.Post(() => CatchUpAsync(changed));

    [LoggerMessage(1900, LogLevel.Error, "Who the user of the page is now could not be told. Of the user before nothing is shown in it any more, and nothing is saved until it is opened anew.")]
    private partial void LogUnknown(Exception exception);
}
