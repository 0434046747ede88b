using LiveStash.Dashboard;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans.Dashboard;
using Orleans.Hosting;

namespace SiloHost.Dashboard;

/// <summary>Orleans' own dashboard, where the setting <c>Dashboard:Enabled</c> asks for it. It has no sign-in: only this machine gets it.</summary>
internal static class OrleansDashboard
{
    private const string Path = "/dashboard";

    public static bool IsEnabled(IConfiguration configuration) => configuration.GetValue<bool>("Dashboard:Enabled");

    public static ISiloBuilder AddConfiguredDashboard(this ISiloBuilder silo, IConfiguration configuration) => IsEnabled(configuration) ? silo.AddDashboard() : silo;

    public static IEndpointRouteBuilder MapConfiguredDashboard(this IEndpointRouteBuilder endpoints, IConfiguration configuration)
    {
        if (IsEnabled(configuration))
        {
            endpoints.MapOrleansDashboard(Path).AddEndpointFilter(static (context, next) => LocalRequest.Is(context.HttpContext) ? next(context) : new(Results.NotFound()));
        }

        return endpoints;
    }
}
