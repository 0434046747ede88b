using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.DataProtection;

namespace LiveStash.Tests.Blazor.Engines;

public abstract class BrowserEngineConformanceTests(StashTokenProtection protection) : StashEngineConformance
{
    protected override ValueTask<IStashEngine> CreateEngineAsync() =>
        new(TokenParts.Browser(new MemoryVault(), TokenParts.Tokens(new EphemeralDataProtectionProvider(), protection), Time, new()));
}

public sealed class EncryptingBrowserEngineConformanceTests() : BrowserEngineConformanceTests(StashTokenProtection.Encrypt);

public sealed class SigningBrowserEngineConformanceTests() : BrowserEngineConformanceTests(StashTokenProtection.Sign);
