namespace LiveStash.Browser.Benchmarks.Pages;

/// <summary>What a page keeps.</summary>
internal sealed record PageState(int Count, string Text);
