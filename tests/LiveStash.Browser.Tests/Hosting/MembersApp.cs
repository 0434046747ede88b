namespace LiveStash.Browser.Tests.Hosting;

/// <summary>Pages, and the hub with them, are for whoever is signed in.</summary>
public sealed class MembersApp() : OrdinaryAppServer("--Members=true");
