using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace LiveStash.Hosting;

/// <summary>Tells the script that it has to negotiate, with the page: by the time it connects it can ask nobody.</summary>
internal sealed class ConnectionCookieMiddleware(IOptions<StashConnectionOptions> options) : IStartupFilter
{
    public const string CookieName = ".LiveStash.Connection";
    public const string Value = "negotiate";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, following) =>
        {
            var isKnown = context.Request.Cookies[CookieName] == Value;
            if (SessionCookieMiddleware.IsPage(context.Request) && isKnown != options.Value.Negotiate)
            {
                context.Response.OnStarting(static state => Change(((HttpContext, bool))state), (context, options.Value.Negotiate));
            }

            return following(context);
        });
        next(app);
    };

    private static Task Change((HttpContext Context, bool Negotiate) change)
    {
        var cookie = new CookieOptions { SameSite = SameSiteMode.Lax, Secure = change.Context.Request.IsHttps, IsEssential = true, Path = "/" };
        if (change.Negotiate)
        {
            change.Context.Response.Cookies.Append(CookieName, Value, cookie);
        }
        else
        {
            change.Context.Response.Cookies.Delete(CookieName, cookie);
        }

        return Task.CompletedTask;
    }
}
