namespace LiveStash.Browser.Tests.Hosting;

/// <summary>Somebody can sign in; pages and the hub are for everybody. A circuit without its connection is kept, and the engine can be switched off.</summary>
public sealed class VisitorsApp() : OrdinaryAppServer("--Members=true", "--Visitors=true", "--Retention=00:00:30", "--Unsteady=true", "--LiveStash:RecoveryPatience=00:00:01", "--LiveStash:EngineTimeout=00:00:10");
