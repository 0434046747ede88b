namespace LiveStash.Browser.Tests.Hosting;

/// <summary>
/// After a loss a page is loaded again, as where another server takes it: .NET resumes no circuit in its document. Patient enough for
/// the slowest link.
/// </summary>
public sealed class ReloadingApp() : OrdinaryAppServer("--Resumable=0", "--LiveStash:EngineTimeout=00:00:10");
