using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.Extensions.Logging;

namespace LiveStash.Prerendering;

/// <summary>
/// Has pages that are loaded again rendered by <see cref="ReloadedPage"/>. Not a middleware: that would run before the app's own,
/// which tell who the visitor is, and the app would have to be told where to put it.
/// </summary>
internal sealed class ReloadedPagePolicy(ILogger<ReloadedPage> logger) : MatcherPolicy, IEndpointSelectorPolicy
{
    private readonly ConditionalWeakTable<Endpoint, Endpoint> _reloaded = [];

    /// <summary>Last: those before put the page in the place of an endpoint that stands for any, as fallbacks to a Razor page do.</summary>
    public override int Order => int.MaxValue;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsPage) || ContainsDynamicEndpoints(endpoints);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        if (ReloadCookie.Of(httpContext.Request) is not null)
        {
            for (var i = 0; i < candidates.Count; i++)
            {
                if (candidates.IsValidCandidate(i) && candidates[i] is { Endpoint: var endpoint, Values: var values } && IsPage(endpoint))
                {
                    candidates.ReplaceEndpoint(i, _reloaded.GetValue(endpoint, Reload), values);
                }
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>A routable component, or a Razor page, which may have components in it. Not an action: it may do more than show a page, and is not run twice.</summary>
    private static bool IsPage(Endpoint endpoint) =>
        endpoint.RequestDelegate is not null && (endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null || endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not null);

    private Endpoint Reload(Endpoint endpoint)
    {
        RequestDelegate render = new ReloadedPage(endpoint.RequestDelegate!, logger).RenderAsync;

        // What a fallback leads to has no route of its own.
        return endpoint is RouteEndpoint route
            ? new RouteEndpoint(render, route.RoutePattern, route.Order, route.Metadata, route.DisplayName)
            : new Endpoint(render, endpoint.Metadata, endpoint.DisplayName);
    }
}
