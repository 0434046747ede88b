using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace LiveStash.Dashboard;

/// <summary>The page and what it is made of, from this assembly: no static file of the app's, and none from elsewhere.</summary>
internal static class DashboardAssets
{
    private const string Page = "dashboard.html";

    /// <summary>In the page in place of its own path.</summary>
    private const string Base = "{base}";

    /// <summary>The files beside the page, with their types.</summary>
    public static IReadOnlyList<(string Name, string Type)> Files { get; } =
    [
        ("dashboard.css", "text/css; charset=utf-8"),
        ("tables.css", "text/css; charset=utf-8"),
        ("dashboard.js", "text/javascript; charset=utf-8"),
        ("numbers.js", "text/javascript; charset=utf-8"),
        ("plots.js", "text/javascript; charset=utf-8"),
        ("tables.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ];

    public static Task SendPageAsync(HttpContext context)
    {
        // As the browser has it, behind any proxy that tells the path: with and without a slash at its end.
        var path = (context.Request.PathBase + context.Request.Path).ToUriComponent().TrimEnd('/');
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Read(Page).Replace(Base, HtmlEncoder.Default.Encode(path), StringComparison.Ordinal), context.RequestAborted);
    }

    public static RequestDelegate Send(string name, string type) => context =>
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(Read(name), context.RequestAborted);
    };

    private static string Read(string name)
    {
        using var stream = typeof(DashboardAssets).Assembly.GetManifestResourceStream($"LiveStash.Dashboard.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
