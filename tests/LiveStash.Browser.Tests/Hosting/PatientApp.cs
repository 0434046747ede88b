namespace LiveStash.Browser.Tests.Hosting;

/// <summary>An app that is patient enough for the slowest link.</summary>
public sealed class PatientApp() : OrdinaryAppServer("--LiveStash:EngineTimeout=00:00:10");
