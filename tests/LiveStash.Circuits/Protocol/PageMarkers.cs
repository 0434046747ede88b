using System.Text.RegularExpressions;

namespace LiveStash.Circuits.Protocol;

/// <summary>What a page's HTML says of its interactive parts, in comments.</summary>
/// <param name="Components">The markers of the interactive root components, as the JSON that they are.</param>
/// <param name="State">The persisted state, protected; empty without.</param>
internal sealed partial record PageMarkers(IReadOnlyList<string> Components, string State)
{
    public static PageMarkers Read(string html)
    {
        var components = Component().Matches(html).Select(static match => match.Groups[1].Value).Where(static marker => marker.Contains("\"type\"", StringComparison.Ordinal));
        return new([.. components], PersistedState().Match(html) is { Success: true } state ? state.Groups[1].Value : "");
    }

    [GeneratedRegex("<!--Blazor:({.*?})-->")]
    private static partial Regex Component();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(.*?)-->")]
    private static partial Regex PersistedState();
}
