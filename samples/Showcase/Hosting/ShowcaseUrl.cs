using System.Globalization;
using LiveStash;
using Microsoft.AspNetCore.WebUtilities;

namespace Showcase.Hosting;

/// <summary>What the address of a showcase page says: <c>/page/engine?ttl=seconds&amp;scope=&amp;prerender=</c>.</summary>
public sealed record ShowcaseUrl
{
    /// <summary>The pages that have an engine in their address, with their titles.</summary>
    public static IReadOnlyList<(string Name, string Title)> Pages { get; } =
        [("counter", "Counter"), ("lab", "Lab"), ("form", "Order form"), ("tic-tac-toe", "Tic-tac-toe")];

    /// <summary>The first segment of the path; empty for the home page.</summary>
    public string Page { get; private init; } = "";

    /// <summary>The engine, decoded; <see langword="null"/> on pages without one.</summary>
    public string? Engine { get; private init; }

    /// <summary>The query with its question mark; empty when there is none.</summary>
    public string Query { get; private init; } = "";

    /// <summary>The <c>ttl</c> of the query; <see langword="null"/> when it is not given or is no possible time to live.</summary>
    public TimeSpan? TimeToLive { get; private init; }

    /// <summary>The <c>scope</c> of the query; <see langword="null"/> when it is not given or is none.</summary>
    public StashScope? Scope { get; private init; }

    /// <summary>Reads an absolute address.</summary>
    public static ShowcaseUrl Parse(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        var segments = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var page = segments.Length > 0 ? Uri.UnescapeDataString(segments[0]) : "";
        var hasEngine = segments.Length == 2 && Pages.Any(known => string.Equals(known.Name, page, StringComparison.OrdinalIgnoreCase));
        return new()
        {
            Page = page,
            Engine = hasEngine ? Uri.UnescapeDataString(segments[1]) : null,
            Query = uri.Query,
            TimeToLive = QueryHelpers.ParseQuery(uri.Query).TryGetValue("ttl", out var ttl) ? ParseTimeToLive(ttl) : null,
            Scope = QueryHelpers.ParseQuery(uri.Query).TryGetValue("scope", out var text) && Enum.TryParse<StashScope>(text, ignoreCase: true, out var scope) ? scope : null,
        };
    }

    /// <summary>The address of a page with an engine; <c>+</c> needs no escape in a path.</summary>
    public static string PathOf(string page, string engine, string query = "") => $"/{page}/{Uri.EscapeDataString(engine).Replace("%2B", "+", StringComparison.Ordinal)}{query}";

    /// <summary>Reads <c>true</c>, <c>false</c>, <c>1</c> or <c>0</c>; anything else is <see langword="null"/>.</summary>
    public static bool? ParseSwitch(string? text) => text?.ToLowerInvariant() switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => null,
    };

    private static TimeSpan? ParseTimeToLive(string? seconds) =>
        double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && value >= 0.001 && value <= StashTerms.MaxTimeToLive.TotalSeconds
            ? TimeSpan.FromSeconds(value)
            : null;
}
