using LiveStash.Browser;
using LiveStash.Hosting;
using Microsoft.AspNetCore.Http;

namespace LiveStash.Prerendering;

/// <summary>
/// What the script of a page that is about to be loaded again tells of its tab, in a cookie that lives for seconds: so the page
/// can be prerendered with what the tab has. Whoever forges it sees what the session has anyway, since its tags open nothing in
/// another one.
/// </summary>
/// <param name="Engine">The engine that the page had.</param>
/// <param name="Told">What a circuit of the page will be told, too.</param>
internal sealed record ReloadCookie(string Engine, StashGreeting Told)
{
    public const string Name = ".LiveStash.Reload";

    /// <summary>The value that answers it: the page shows what the tab has.</summary>
    public const string Shown = "shown";

    /// <summary>How long the answer lives; the script removes it when it starts.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(15);

    // Three tags with what is owed, and the engine's name. Also in reload.js.
    private const int MaxLength = 2400;

    /// <summary>
    /// The cookie of a page that is loaded again; <see langword="null"/> anywhere else. It also comes with what other tabs open
    /// while it lives, which is not theirs to show.
    /// </summary>
    public static ReloadCookie? Of(HttpRequest request)
    {
        if (request.Cookies[Name] is not { Length: <= MaxLength } value
            || !SessionCookieMiddleware.IsPage(request)
            || !IsReload(request)
            || value.Split('.', 3) is not [var tags, var lost, var engine])
        {
            return null;
        }

        return new(engine, new() { Tags = tags.Split(' ', StashGreeting.MaxTags), Lost = lost.Length > 0 });
    }

    /// <summary>
    /// A reload asks past the cache. Firefox does so only for a page that it has there, which it never has of ours; but it says of every
    /// other navigation of a new tab that the user has begun it.
    /// </summary>
    private static bool IsReload(HttpRequest request) =>
        request.GetTypedHeaders().CacheControl?.MaxAge == TimeSpan.Zero
        || (request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-User"].Count == 0
            && request.Headers.UserAgent.ToString().Contains(" Firefox/", StringComparison.Ordinal));
}
