using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace LiveStash.Hosting;

/// <summary>
/// Gives each browser a random HttpOnly cookie with its first page, so that an anonymous visitor's tag is worth nothing in
/// another browser. It names no person and is not looked at while a user is signed in.
/// </summary>
/// <remarks>
/// First pages that are loaded at the same time get one each. All of them stay, since no two have the same name, and the oldest by
/// the servers' clocks counts: a page whose circuit started before the others had come is the same visitor's after them.
/// </remarks>
internal sealed class SessionCookieMiddleware(TimeProvider time) : IStartupFilter
{
    /// <summary>What the names begin with. What follows makes the oldest the first.</summary>
    public const string NamePrefix = ".LiveStash.Session.";
    public const int ValueLength = 43;

    private const int RandomBytes = 32;

    /// <summary>The visitor's cookie; <see langword="null"/> where there is none.</summary>
    public static string? ValueOf(HttpRequest request) => request.Cookies
        .Where(static cookie => cookie.Key.StartsWith(NamePrefix, StringComparison.Ordinal) && cookie.Value.Length == ValueLength)
        .OrderBy(static cookie => cookie.Key, StringComparer.Ordinal)
        .FirstOrDefault().Value;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, following) =>
        {
            if (IsPage(context.Request) && ValueOf(context.Request) is null)
            {
                // Just before the response goes: only then the app's own middleware has told whether the visitor came over https.
                context.Response.OnStarting(state => GiveCookie((HttpContext)state), context);
            }

            return following(context);
        });
        next(app);
    };

    private Task GiveCookie(HttpContext context)
    {
        context.Response.Cookies.Append(
            string.Create(CultureInfo.InvariantCulture, $"{NamePrefix}{time.GetUtcNow().ToUnixTimeMilliseconds():x12}{RandomNumberGenerator.GetHexString(8, lowercase: true)}"),
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes)),
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, IsEssential = true, Path = "/" });
        return Task.CompletedTask;
    }

    /// <summary>Whether it is a browser that asks for a page.</summary>
    internal static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
