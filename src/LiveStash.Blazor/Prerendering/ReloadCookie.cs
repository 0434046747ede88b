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

    // Three tags, what is owed and the engine's name. Also in reload.js.
    private const int MaxLength = 2400;

    /// <summary>
    /// The cookie of a page that is loaded again; <see langword="null"/> anywhere else. It also comes with what other tabs open
    /// while it lives, but they do not ask past their caches, as a reload does.
    /// </summary>
    public static ReloadCookie? Of(HttpRequest request)
    {
        if (request.Cookies[Name] is not { Length: <= MaxLength } value
            || !SessionCookieMiddleware.IsPage(request)
            || request.GetTypedHeaders().CacheControl?.MaxAge != TimeSpan.Zero
            || value.Split('.', 4) is not [var tags, var lost, var owed, var engine])
        {
            return null;
        }

        return new(engine, new() { Tags = tags.Split(' ', StashGreeting.MaxTags), Lost = lost.Length > 0, Owed = owed });
    }
}
