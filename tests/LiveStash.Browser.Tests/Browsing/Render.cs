namespace LiveStash.Browser.Tests.Browsing;

/// <summary>One state of the DOM of an interactive page.</summary>
/// <param name="Status">The data-stash-status; "Interactive" on the page without LiveStash.</param>
/// <param name="Value">The text of stat-value.</param>
/// <param name="At">Milliseconds since 1970 by the clock of the machine.</param>
internal sealed record Render(string Status, string Value, double At);
