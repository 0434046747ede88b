using System.Diagnostics.CodeAnalysis;
using LiveStash.Dashboard;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the dashboard of LiveStash.</summary>
public static class LiveStashDashboardEndpointRouteBuilderExtensions
{
    private const string DefaultPattern = "/livestash";

    /// <summary>
    /// Maps a page that shows how stashes fare: how many there are, how fast pages save and recover, and how each silo does, over the
    /// last hour. There is no payload, no id and no user on it. It counts from this call on, in memory of this process.
    /// </summary>
    /// <remarks>
    /// With <c>.RequireAuthorization(...)</c> it is for whom the policy lets in. Without, it is for this machine alone, and nobody else
    /// finds anything there: a request from elsewhere, through a proxy, or under another name than <c>localhost</c> or a loopback address gets 404.
    /// </remarks>
    /// <param name="endpoints">The app.</param>
    /// <param name="pattern">Where the page is; what it is made of is below.</param>
    /// <returns>To add a policy to, or other conventions.</returns>
    public static IEndpointConventionBuilder MapLiveStashDashboard(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = DefaultPattern)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        var statistics = endpoints.ServiceProvider.GetService<DashboardStatistics>()
            ?? throw new InvalidOperationException("MapLiveStashDashboard() shows what LiveStash does in this app. Call builder.Services.AddLiveStash() first.");
        var group = endpoints.MapGroup(pattern);

        // Every method: whoever is not let in finds as little with one as with another.
        group.Map("", DashboardAccess.Guarded(DashboardAssets.SendPageAsync));
        group.Map("data", DashboardAccess.Guarded(statistics.SendAsync));
        foreach (var (name, type) in DashboardAssets.Files)
        {
            group.Map(name, DashboardAccess.Guarded(DashboardAssets.Send(name, type)));
        }

        group.WithDisplayName("LiveStash dashboard");
        return group;
    }
}
