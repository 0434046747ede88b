using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace LiveStash.Dashboard;

/// <summary>Who gets the dashboard, and what every answer of it says to the browser.</summary>
internal static class DashboardAccess
{
    /// <summary>Nothing from elsewhere, nothing inline, in nobody's frame.</summary>
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Lets in whom the app's policy has let in or, where it has none, this machine. Who is not let in finds nothing.</summary>
    public static RequestDelegate Guarded(RequestDelegate answer) => context =>
    {
        if (!HasPolicy(context) && !LocalRequest.Is(context))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            headers.Allow = "GET, HEAD";
            return Task.CompletedTask;
        }

        return answer(context);
    };

    /// <summary>Whether authorization has decided: a policy is there, and nothing that switches it off, as on a group around.</summary>
    private static bool HasPolicy(HttpContext context) =>
        context.GetEndpoint()?.Metadata is { } metadata
        && (metadata.GetMetadata<IAuthorizeData>() is not null || metadata.GetMetadata<AuthorizationPolicy>() is not null)
        && metadata.GetMetadata<IAllowAnonymous>() is null;
}
