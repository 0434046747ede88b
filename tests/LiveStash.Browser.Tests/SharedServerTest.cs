using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A test that leaves its server alone.</summary>
public abstract class SharedServerTest(SharedServer shared, ITestOutputHelper output) : BrowserTest(shared.Chromium, shared.Log, output)
{
    private protected SharedServer Shared { get; } = shared;

    private protected override ServerProcess Server => Shared.Server;
}
