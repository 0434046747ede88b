namespace LiveStash.Browser.Tests.Hosting;

/// <summary>A circuit without its connection is kept for half a minute.</summary>
public sealed class RetainingApp() : OrdinaryAppServer("--Retention=00:00:30", "--LiveStash:EngineTimeout=00:00:10");
