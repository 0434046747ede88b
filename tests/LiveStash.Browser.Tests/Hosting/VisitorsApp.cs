namespace LiveStash.Browser.Tests.Hosting;

/// <summary>Somebody can sign in; pages and the hub are for everybody. A circuit without its connection is kept.</summary>
public sealed class VisitorsApp() : OrdinaryAppServer("--Members=true", "--Visitors=true", "--Retention=00:00:30", "--LiveStash:EngineTimeout=00:00:10");
