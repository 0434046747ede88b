using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Showcase.Hosting;

/// <summary>
/// Signing in and out, so that it can be seen what a stash has to do with it. Anybody may be anybody: there is no password.
/// </summary>
internal static class AccountEndpoints
{
    /// <summary>The page with the forms.</summary>
    public const string Page = "/account";

    /// <summary>Where the form to sign in posts to: <c>name</c>.</summary>
    public const string SignIn = "/account/sign-in";

    /// <summary>Where the form to sign out posts to.</summary>
    public const string SignOut = "/account/sign-out";

    /// <summary>The longest name.</summary>
    public const int MaxNameLength = 50;

    public static void MapAccount(this IEndpointRouteBuilder app)
    {
        app.MapPost(SignIn, async (HttpContext context, [FromForm] string name) =>
        {
            name = name.Trim();
            if (name.Length is > 0 and <= MaxNameLength)
            {
                Claim[] claims = [new(ClaimTypes.NameIdentifier, name.ToUpperInvariant()), new(ClaimTypes.Name, name)];
                await context.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme)));
            }

            return Results.LocalRedirect(Page);
        });
        app.MapPost(SignOut, async (HttpContext context) =>
        {
            await context.SignOutAsync();
            return Results.LocalRedirect(Page);
        }).WithMetadata(new RequireAntiforgeryTokenAttribute());
    }
}
