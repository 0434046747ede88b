namespace LiveStash.Browser.Tests.Hosting;

/// <summary>No scoped service is kept: there are pages with nothing in a stash.</summary>
public sealed class BareApp() : OrdinaryAppServer("--Services=false");
