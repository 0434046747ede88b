using System.Net;
using Microsoft.AspNetCore.Http;

namespace LiveStash.Dashboard;

/// <summary>
/// Tells whether a request comes from this machine itself. Used where a page without a sign-in is for whoever operates the host, here
/// and by silo-host for Orleans' own dashboard.
/// </summary>
internal static class LocalRequest
{
    /// <summary>What proxies say of themselves, also after ASP.NET Core has taken their word for where the request comes from.</summary>
    private static readonly string[] Proxies = ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For", "X-Original-Proto", "X-Real-IP"];

    /// <summary>
    /// Whether nobody else asks: neither from elsewhere, nor through a proxy on this machine that says that it is one, nor a page of
    /// another site in a browser on this machine, which has had its name resolve to it.
    /// </summary>
    public static bool Is(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address)
        && !Proxies.Any(context.Request.Headers.ContainsKey)
        && IsLocalName(context.Request.Host.Host);

    private static bool IsLocalName(string name) =>
        string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
}
