using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace OrdinaryApp.Hosting;

/// <summary>Signing in with a cookie, as Ada, who has another claim each time. There is no password.</summary>
internal static class Members
{
    private const string Page =
        """
        <!DOCTYPE html>
        <html lang="en"><body><h1>Sign in</h1><form method="post"><button>Sign in</button></form></body></html>
        """;

    public static void AddMembers(this IServiceCollection services)
    {
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(static options => options.LoginPath = "/sign-in");
        services.AddAuthorization();
    }

    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/sign-in", static () => Results.Content(Page, "text/html"));
        app.MapPost("/sign-in", static async (HttpContext context, string returnUrl) =>
        {
            Claim[] claims = [new(ClaimTypes.NameIdentifier, "ada"), new(ClaimTypes.Name, "Ada"), new(ClaimTypes.SerialNumber, Guid.NewGuid().ToString())];
            await context.SignInAsync(new(new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme)));
            return Results.LocalRedirect(returnUrl);
        });
    }
}
