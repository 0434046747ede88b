namespace LiveStash.Browser.Tests.Hosting;

/// <summary>The same; the tab has a copy.</summary>
public sealed class CopyingApp() : OrdinaryAppServer("--Browser=true");
