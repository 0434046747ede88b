using Microsoft.Extensions.Logging;
using Microsoft.JSInterop;

namespace LiveStash.Browser;

/// <summary>The calls to the library's script.</summary>
internal sealed partial class StashBrowser(IJSRuntime js, BrowserPatience patience, TimeProvider time, ILogger<StashBrowser> logger)
{
    private static readonly TimeSpan FirstGreeting = TimeSpan.FromSeconds(10);

    private CancellationTokenSource? _asking;

    /// <summary>
    /// Asks for the tags and for how the page came to be, until that is answered: an answer that is under way when the connection
    /// is lost does not come any more.
    /// </summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="port">What the script may call, until the circuit is over.</param>
    /// <param name="cancellationToken">Cancelled when the circuit is over.</param>
    /// <returns><see langword="null"/>: the script is not on the page.</returns>
    public async Task<StashGreeting?> GreetAsync(string engine, StashPort port, CancellationToken cancellationToken)
    {
        var reference = DotNetObjectReference.Create(port);
        cancellationToken.Register(reference.Dispose);
        for (var wait = FirstGreeting; ; wait *= 2)
        {
            var asked = time.GetTimestamp();
            using var timeout = new CancellationTokenSource(wait, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            _asking = either;
            try
            {
                var greeting = await js.CallAsync<StashGreeting>("LiveStash.greet", either.Token, engine, reference);
                patience.Learn(time.GetElapsedTime(asked));
                return greeting;
            }
            catch (JSException exception)
            {
                LogNoScript(exception);
                return null;
            }
            catch (Exception exception) when (IsGone(exception) && !cancellationToken.IsCancellationRequested)
            {
                LogNoAnswer(time.GetElapsedTime(asked).TotalSeconds, exception.GetType().Name);
            }
            finally
            {
                _asking = null;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        }
    }

    /// <summary>There is another connection: what is still waited for was asked over the one before.</summary>
    public void Reconnected()
    {
        _asking?.Cancel();
        patience.Reconnected();
    }

    /// <summary>Stores the tag in the tab. <see langword="false"/>: not known to be stored.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="formers">In whose place it comes: the tab has one of them, or none of this session.</param>
    public async Task<bool> SetTagAsync(string engine, string tag, string[] formers) => await TryAsync("LiveStash.setTag", engine, tag, formers);

    /// <summary>Whether the page of this circuit is still there. A circuit that outlived its page gets no answer.</summary>
    public Task<bool> ConfirmAsync() => AskAsync("LiveStash.confirm");

    /// <summary>Tells how the circuit starts: the note of a loss is used up by that.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="tag">The tag whose stash was looked for; <see langword="null"/> when there is none that can be read.</param>
    /// <param name="outdated">A tag that goes.</param>
    /// <param name="recovered">Whether what was saved goes into the page now: a failure that follows at once may be its doing.</param>
    /// <param name="owed">See <see cref="OwedSlots"/>.</param>
    /// <param name="left">See <see cref="FoundTag.Left"/>.</param>
    /// <returns>Whether the browser knows.</returns>
    public async Task<bool> StartedAsync(string engine, string? tag, string? outdated, bool recovered, string owed, string? left) =>
        await TryAsync("LiveStash.started", engine, tag, outdated, recovered, owed, left);

    /// <summary>Tells what of a loss no page has taken yet.</summary>
    public async Task OweAsync(string engine, string owed) => await TryAsync("LiveStash.owe", engine, owed);

    /// <summary>Tells how many circuits this server has. <see langword="false"/>: not known to have arrived.</summary>
    public async Task<bool> TellFleetAsync(int circuits) => await TryAsync("LiveStash.fleet", circuits);

    /// <summary>Shows or takes away the notice that the page waits for its saved state.</summary>
    public async Task HoldAsync(bool isHeld) => await TryAsync("LiveStash.hold", isHeld);

    /// <summary>Asks before what an engine has answered late is rendered. With the answer, all is handled that was entered before.</summary>
    /// <returns>Whether it was answered in time.</returns>
    public Task<bool> AskLateAsync() => AskAsync("LiveStash.askLate");

    /// <summary>Tells that it is rendered now, or has been. What the user is at that the server does not know stays in its field.</summary>
    /// <param name="isAhead">Whether it is rendered now.</param>
    /// <param name="isAnswered">What <see cref="AskLateAsync"/> has answered: otherwise nothing is known to be handled.</param>
    /// <returns>Whether the browser knows.</returns>
    public async Task<bool> LateAsync(bool isAhead, bool isAnswered) => await TryAsync("LiveStash.late", isAhead, isAnswered);

    /// <summary>Tells whether it is known whose the circuit is: what was typed while the connection was away waits for that.</summary>
    /// <returns>Whether the browser knows.</returns>
    public async Task<bool> TellOwnerAsync(bool isKnown) => await TryAsync("LiveStash.owner", isKnown);

    /// <summary>Asks, and once more where there is another connection by then: nothing is told by one that was lost.</summary>
    private async Task<bool> AskAsync(string question)
    {
        for (var asked = -1; asked != patience.Connections;)
        {
            asked = patience.Connections;
            if (await TryAsync(question))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> TryAsync(string function, params object?[] arguments)
    {
        try
        {
            return await patience.CallAsync(token => js.CallAsync<bool>(function, token, arguments), CancellationToken.None);
        }
        catch (Exception exception) when (exception is JSException || IsGone(exception))
        {
            return false;
        }
    }

    // InvalidOperationException: prerendering, or a connection that is down at this moment.
    private static bool IsGone(Exception exception) =>
        exception is JSDisconnectedException or OperationCanceledException or InvalidOperationException or ObjectDisposedException;

    [LoggerMessage(1000, LogLevel.Error, "The script of LiveStash is not on the page, so nothing can be recovered. It comes by itself with _framework/blazor.web.js; check that static web assets of LiveStash.Blazor are served (MapStaticAssets, or UseStaticWebAssets when build output runs without publish).")]
    private partial void LogNoScript(Exception exception);

    [LoggerMessage(1001, LogLevel.Debug, "The browser did not tell its tag in {Seconds:0.0} s ({Reason}); it is asked again.")]
    private partial void LogNoAnswer(double seconds, string reason);
}
