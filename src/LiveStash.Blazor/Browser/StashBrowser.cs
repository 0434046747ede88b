using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;

namespace LiveStash.Browser;

/// <summary>
/// The calls to the library's script. Each is bounded by <see cref="LiveStashOptions.EngineTimeout"/>: a browser that went
/// away leaves an interop call hanging.
/// </summary>
internal sealed partial class StashBrowser(IJSRuntime js, IOptions<LiveStashOptions> options, TimeProvider time, ILogger<StashBrowser> logger)
{
    /// <summary>Asks for the tag and for how the page came to be. <see langword="null"/>: no answer.</summary>
    public async Task<StashGreeting?> GreetAsync(string engine, CancellationToken cancellationToken)
    {
        try
        {
            return await BoundedAsync<StashGreeting>("LiveStash.greet", cancellationToken, engine);
        }
        catch (JSException exception)
        {
            LogNoScript(exception);
            return null;
        }
        catch (Exception exception) when (IsGone(exception))
        {
            LogNoAnswer(exception);
            return null;
        }
    }

    /// <summary>Stores the tag in the tab. <see langword="false"/>: not known to be stored.</summary>
    public async Task<bool> SetTagAsync(string engine, string tag) => await TryAsync("LiveStash.setTag", engine, tag);

    /// <summary>Whether the page of this circuit is still there. A circuit that outlived its page gets no answer.</summary>
    public async Task<bool> ConfirmAsync() => await TryAsync("LiveStash.confirm");

    /// <summary>Tells that what was saved goes into the page now.</summary>
    public async Task RecoveringAsync() => await TryAsync("LiveStash.recovering");

    /// <summary>Shows or takes away the notice that the page waits for its saved state.</summary>
    public async Task HoldAsync(bool isHeld) => await TryAsync("LiveStash.hold", isHeld);

    private async Task<bool> TryAsync(string function, params object?[] arguments)
    {
        try
        {
            return await BoundedAsync<bool>(function, CancellationToken.None, arguments);
        }
        catch (Exception exception) when (exception is JSException || IsGone(exception))
        {
            return false;
        }
    }

    private async Task<T> BoundedAsync<T>(string function, CancellationToken cancellationToken, params object?[] arguments)
    {
        using var timeout = new CancellationTokenSource(options.Value.EngineTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        return await js.InvokeAsync<T>(function, either.Token, arguments);
    }

    // InvalidOperationException: prerendering, or a connection that is down at this moment.
    private static bool IsGone(Exception exception) =>
        exception is JSDisconnectedException or OperationCanceledException or InvalidOperationException or ObjectDisposedException;

    [LoggerMessage(1000, LogLevel.Error, "The script of LiveStash is not on the page, so nothing can be recovered. It comes by itself with _framework/blazor.web.js; check that static web assets of LiveStash.Blazor are served (MapStaticAssets, or UseStaticWebAssets when build output runs without publish).")]
    private partial void LogNoScript(Exception exception);

    [LoggerMessage(1001, LogLevel.Warning, "The browser did not tell its tag in time; the page starts without its saved state.")]
    private partial void LogNoAnswer(Exception exception);
}
