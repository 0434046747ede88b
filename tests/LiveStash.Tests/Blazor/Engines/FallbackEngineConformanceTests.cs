using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.DataProtection;

namespace LiveStash.Tests.Blazor.Engines;

/// <summary><c>memory+browser</c>.</summary>
public abstract class FallbackEngineConformanceTests(StashTokenProtection protection) : StashEngineConformance
{
    protected override ValueTask<IStashEngine> CreateEngineAsync() => new(TokenParts.Fallback(
        new FaultyStashEngine(Time), new MemoryVault(), TokenParts.Tokens(new EphemeralDataProtectionProvider(), protection), Time, new()));
}

public sealed class EncryptingFallbackEngineConformanceTests() : FallbackEngineConformanceTests(StashTokenProtection.Encrypt);

public sealed class SigningFallbackEngineConformanceTests() : FallbackEngineConformanceTests(StashTokenProtection.Sign);
