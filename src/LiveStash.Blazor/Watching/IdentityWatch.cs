using System.Security.Claims;
using LiveStash.Browser;
using LiveStash.Hosting;
using LiveStash.Saving;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveStash.Watching;

/// <summary>Notices that a user signs in or out inside a circuit: the stash is another session's then.</summary>
internal sealed partial class IdentityWatch : IDisposable
{
    private readonly IStashSessionKeyProvider _keys;
    private readonly IOptions<StashSessionOptions> _options;
    private readonly StashBrowser _browser;
    private readonly CircuitWork _work;
    private readonly ILogger<IdentityWatch> _logger;
    private readonly AuthenticationStateProvider? _authentication;
    private StashSession? _session;
    private string _key = "";
    private string? _visitor;
    private Task _rebinding = Task.CompletedTask;

    // How often the browser was told that it is not known whose the circuit is.
    private int _changes;

    // Whom the browser takes the circuit to be of; nobody's where that cannot be told at once.
    private ClaimsPrincipal? _user;

    public IdentityWatch(
        IStashSessionKeyProvider keys, IOptions<StashSessionOptions> options, StashBrowser browser, CircuitWork work, ILogger<IdentityWatch> logger, AuthenticationStateProvider? authentication = null)
    {
        (_keys, _options, _browser, _work, _logger, _authentication) = (keys, options, browser, work, logger, authentication);
        if (authentication is not null)
        {
            // Here, with the component activator and so before the renderer listens, which leads the page to the one to sign in.
            authentication.AuthenticationStateChanged += OnChanged;
        }
    }

    /// <param name="session">The session to be bound anew.</param>
    /// <param name="key">The key that it has now.</param>
    public void Start(StashSession session, string key)
    {
        (_session, _key, _visitor) = (session, key, SessionKeyProvider.VisitorKey);
        if (_authentication is IHostEnvironmentAuthenticationStateProvider)
        {
            // Of these the connection tells who the user is, and a later one may tell another.
            _user = UserOf(_authentication.GetAuthenticationStateAsync());
        }
    }

    /// <summary>Who the user is now, after the session has been opened for the one who was there before.</summary>
    /// <param name="changed">Completes when that can be asked for.</param>
    /// <returns>Whether that can be told.</returns>
    public async Task<bool> CatchUpAsync(Task? changed = null)
    {
        try
        {
            await (changed ?? Task.CompletedTask);
            var key = await _keys.GetSessionKeyAsync();
            if (_session is { IsActive: true } session && key != _key)
            {
                var visitor = _key == _visitor ? _visitor : null;
                _key = key;
                _rebinding = session.RebindAsync(key, visitor, takeAlong: visitor is not null && _options.Value.TakeAnonymousStashAlong);
            }

            await _rebinding; // also one that was told before
            return true;
        }
        catch (Exception exception) when (!_work.Stopped.IsCancellationRequested)
        {
            // It may be anybody by now, so it is nobody.
            LogUnknown(exception);
            _session?.Abandon();
            return false;
        }
    }

    public void Dispose()
    {
        if (_authentication is not null)
        {
            _authentication.AuthenticationStateChanged -= OnChanged;
        }
    }

    private void OnChanged(Task<AuthenticationState> changed)
    {
        if (_session is null)
        {
            return;
        }

        var user = UserOf(changed);
        if (user is not null && _user is not null && Claims(user).SequenceEqual(Claims(_user)))
        {
            _work.Post(() => CatchUpAsync(changed));
            return;
        }

        // At once, and so before the browser hears that the circuit goes on over the connection that has brought another user.
        _user = null;
        var change = ++_changes;
        _ = _browser.TellOwnerAsync(isKnown: false);
        _work.Post(async () =>
        {
            if (!await CatchUpAsync(changed))
            {
                return;
            }

            // With the next call the page sends what it has of the user. By then it knows whether that is the one of before.
            await _session.ToldAsync();
            if (change == _changes && await _browser.TellOwnerAsync(isKnown: true) && change == _changes)
            {
                _user = UserOf(changed);
            }
        });
    }

    private static ClaimsPrincipal? UserOf(Task<AuthenticationState> state) => state.IsCompletedSuccessfully ? state.Result.User : null;

    private static IEnumerable<string> Claims(ClaimsPrincipal user) => user.Claims.Select(static claim => $"{claim.Issuer} {claim}").Prepend($"{user.Identity?.IsAuthenticated}");

    [LoggerMessage(1900, LogLevel.Error, "Who the user of the page is now could not be told, or the page could not go on as theirs. Of the user before nothing is shown in it any more, and nothing is saved until it is opened anew.")]
    private partial void LogUnknown(Exception exception);
}
