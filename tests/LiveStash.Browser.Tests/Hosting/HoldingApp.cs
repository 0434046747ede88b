namespace LiveStash.Browser.Tests.Hosting;

/// <summary>The engine can be switched off, and pages wait for it as long as they do by default.</summary>
public sealed class HoldingApp() : OrdinaryAppServer("--Unsteady=true");
