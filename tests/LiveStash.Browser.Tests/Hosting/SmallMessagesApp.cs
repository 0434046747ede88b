namespace LiveStash.Browser.Tests.Hosting;

/// <summary>A message to the hub may have half of what is usual. A circuit without its connection is kept.</summary>
public sealed class SmallMessagesApp() : OrdinaryAppServer("--MessageSize=16384", "--Retention=00:00:30", "--LiveStash:EngineTimeout=00:00:10");
