namespace LiveStash.Browser.Tests.Hosting;

/// <summary>The engine can be switched off, and pages wait for it for a second.</summary>
public sealed class UnsteadyApp() : OrdinaryAppServer("--Unsteady=true", "--LiveStash:RecoveryPatience=00:00:01");
