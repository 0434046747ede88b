using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;

namespace Recipes.SignIn;

/// <summary>Anybody may be anybody: there is no password.</summary>
internal static class SignInEndpoints
{
    /// <summary>The page with the form.</summary>
    public const string Page = "/sign-in";

    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapPost("/account/sign-in", async (HttpContext context, [FromForm] string name, [FromForm] string? returnUrl) =>
        {
            // The id is what a stash is bound to.
            Claim[] claims = [new(ClaimTypes.NameIdentifier, name.ToUpperInvariant()), new(ClaimTypes.Name, name)];
            await context.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme)));
            return Results.LocalRedirect(returnUrl is ['/', not ('/' or '\\'), ..] ? returnUrl : "/letters");
        });
        app.MapPost("/account/sign-out", async (HttpContext context) =>
        {
            await context.SignOutAsync();
            return Results.LocalRedirect(Page);
        }).WithMetadata(new RequireAntiforgeryTokenAttribute());
    }
}
