using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace LiveStash.Hosting;

/// <summary>
/// Gives each browser a random HttpOnly cookie with its first page, so that an anonymous visitor's tag is worth nothing in
/// another browser. It names no person and is not looked at while a user is signed in.
/// </summary>
internal sealed class SessionCookieMiddleware : IStartupFilter
{
    public const string CookieName = ".LiveStash.Session";
    public const int ValueLength = 43;

    private const int RandomBytes = 32;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static (context, following) =>
        {
            if (IsPage(context.Request) && context.Request.Cookies[CookieName] is not { Length: ValueLength })
            {
                // Just before the response goes: only then the app's own middleware has told whether the visitor came over https.
                context.Response.OnStarting(static state => GiveCookie((HttpContext)state), context);
            }

            return following(context);
        });
        next(app);
    };

    private static Task GiveCookie(HttpContext context)
    {
        context.Response.Cookies.Append(
            CookieName,
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes)),
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, IsEssential = true, Path = "/" });
        return Task.CompletedTask;
    }

    /// <summary>Whether it is a browser that asks for a page.</summary>
    internal static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
