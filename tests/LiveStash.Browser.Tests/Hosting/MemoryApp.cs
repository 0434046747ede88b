namespace LiveStash.Browser.Tests.Hosting;

/// <summary>Stashes are in the memory of the server.</summary>
public sealed class MemoryApp() : OrdinaryAppServer;
