namespace LiveStash.Browser.Tests.Hosting;

/// <summary>The engine can be switched off, and a circuit outlives a few seconds without its connection.</summary>
public sealed class UnsteadyBlippingApp() : OrdinaryAppServer("--Unsteady=true", "--Retention=00:00:08", "--LiveStash:RecoveryPatience=00:00:01");
