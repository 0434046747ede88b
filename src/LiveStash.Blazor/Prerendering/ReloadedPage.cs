using LiveStash.Hosting;
using LiveStash.Watching;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiveStash.Prerendering;

/// <summary>Renders a page that is loaded again with what its tab has, so that it never shows another value first.</summary>
/// <param name="render">What renders it.</param>
/// <param name="logger">The log.</param>
internal sealed partial class ReloadedPage(RequestDelegate render, ILogger logger)
{
    public async Task RenderAsync(HttpContext context)
    {
        if (!await ReadStashAsync(context))
        {
            await render(context);
            return;
        }

        var response = context.Response;
        var headers = response.Headers.ToArray();
        Answer(response);
        try
        {
            await render(context);
        }
        catch (Exception exception) when (!response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // Without a page the user would not come out of it: what is saved stays, and so would the error with each reload.
            LogNotRendered(exception);
            response.Clear();
            Array.ForEach(headers, header => response.Headers[header.Key] = header.Value);
            await RenderInitialAsync(context);
        }
    }

    /// <summary>Opens the stash in the request's scope, in which the components are going to be made. Here the visitor is authenticated.</summary>
    private static async Task<bool> ReadStashAsync(HttpContext context)
    {
        if (ReloadCookie.Of(context.Request) is not { } cookie)
        {
            return false;
        }

        // As the renderer does before it makes the first component: until then nobody has told who the user is.
        if (context.RequestServices.GetService<AuthenticationStateProvider>() is IHostEnvironmentAuthenticationStateProvider authentication)
        {
            authentication.SetAuthenticationState(Task.FromResult(new AuthenticationState(context.User)));
        }

        CircuitRequest.Current = context;
        var session = context.RequestServices.GetRequiredService<StashSession>();
        return await session.PrerenderAsync(new Uri(context.Request.GetEncodedUrl()), cookie.Engine, cookie.Told, context.RequestAborted);
    }

    /// <summary>
    /// Tells the script that the values are there, and every cache that they are one visitor's, also where the app lets its pages be
    /// cached: without them.
    /// </summary>
    private static void Answer(HttpResponse response)
    {
        response.Cookies.Append(
            ReloadCookie.Name,
            ReloadCookie.Shown,
            new CookieOptions { MaxAge = ReloadCookie.Life, SameSite = SameSiteMode.Lax, Secure = response.HttpContext.Request.IsHttps, IsEssential = true, Path = "/" });
        response.OnStarting(() =>
        {
            response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
    }

    private async Task RenderInitialAsync(HttpContext context)
    {
        var services = context.RequestServices;
        await using var scope = services.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        try
        {
            await render(context);
        }
        finally
        {
            context.RequestServices = services;
        }
    }

    [LoggerMessage(1801, LogLevel.Warning, "The page could not be prerendered with its saved state, so it is without.")]
    private partial void LogNotRendered(Exception exception);
}
