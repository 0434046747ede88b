using LiveStash.Engines;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>Makes what the engines with tokens are made of.</summary>
internal static class TokenParts
{
    public static StashTokens Tokens(
        IDataProtectionProvider keys, StashTokenProtection protection = StashTokenProtection.Encrypt, LiveStashOptions? options = null, int compressAboveBytes = 1024) =>
        new(keys, Of(options ?? new()), Of(new BrowserEngineOptions { Protection = protection, CompressAboveBytes = compressAboveBytes }));

    public static StashTokenStore Store(IBrowserVault vault, StashTokens tokens, LogCollector logs) =>
        new(vault, tokens, Logger<StashTokenStore>(logs));

    public static BrowserEngine Browser(IBrowserVault vault, StashTokens tokens, TimeProvider time, LogCollector logs) =>
        new(Store(vault, tokens, logs), new(Of(new LiveStashOptions()), time), time, Of(new LiveStashOptions()));

    public static FallbackEngine Fallback(IStashEngine engine, IBrowserVault vault, StashTokens tokens, TimeProvider time, LogCollector logs) =>
        new(
            engine, StashEngineNames.Memory + StashEngineNames.BrowserFallbackSuffix, Store(vault, tokens, logs), new(Of(new LiveStashOptions()), time), time, Of(new LiveStashOptions()),
            new(Meters.Create(), time, new()), Logger<FallbackEngine>(logs));

    public static Microsoft.Extensions.Options.IOptions<T> Of<T>(T value)
        where T : class => Microsoft.Extensions.Options.Options.Create(value);

    private static Logger<T> Logger<T>(LogCollector logs) => new(new LoggerFactory([logs], new LoggerFilterOptions { MinLevel = LogLevel.Trace }));
}
