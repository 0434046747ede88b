namespace LiveStash.Browser.Tests.Hosting;

/// <summary>The engine can be switched off or be slow, pages wait for it for five seconds, and a circuit without its connection is kept.</summary>
public sealed class UnsteadyRetainingApp() : OrdinaryAppServer("--Unsteady=true", "--Retention=00:00:30", "--LiveStash:RecoveryPatience=00:00:05");
