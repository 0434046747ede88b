using LiveStash.Engines;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.JSInterop;

namespace LiveStash.Tests.Blazor.Engines;

public sealed class StashTokenStoreTests
{
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(10));

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
    private readonly LogCollector _logs = new();
    private readonly StashId _id = StashId.New();

    /// <summary>Everything that interop throws, and a stream from the browser, whose own time-out is not the engine's.</summary>
    public static TheoryData<Type> InteropExceptions =>
        new(typeof(JSException), typeof(JSDisconnectedException), typeof(TaskCanceledException), typeof(InvalidOperationException), typeof(ObjectDisposedException), typeof(EndOfStreamException), typeof(TimeoutException));

    [Theory]
    [MemberData(nameof(InteropExceptions))]
    public async Task AnyCall_InteropThrows_TheFallbacksEngineAnswersAlone(Type type)
    {
        var engine = new FaultyStashEngine(_time);
        StashWrite write = new() { Epoch = 1, BaseVersion = 0, Replace = true, Changed = [new("a", "1"u8.ToArray())], Terms = Terms };
        await engine.WriteAsync(_id, write);
        var fallback = TokenParts.Fallback(engine, new ThrowingVault(type), Tokens(), _time, _logs);

        var opened = await fallback.OpenAsync(_id, StashOpenMode.Own, Terms);

        Assert.Equal((StashOutcome.Ok, 1), (opened.Outcome, opened.Entries.Count));
        Assert.True((await fallback.WriteAsync(_id, write with { Epoch = opened.Epoch, BaseVersion = opened.Version, Replace = false })).IsOk);
    }

    [Theory]
    [MemberData(nameof(InteropExceptions))]
    public async Task AnyCall_InteropThrows_TheBrowserEngineIsUnavailable(Type type)
    {
        var engine = TokenParts.Browser(new ThrowingVault(type), Tokens(), _time, _logs);

        Assert.Equal(StashOutcome.Unavailable, (await engine.OpenAsync(_id, StashOpenMode.Own, Terms)).Outcome);
        Assert.Equal(StashOutcome.Unavailable, (await engine.TouchAsync(_id, 1, Terms)).Outcome);
    }

    private static StashTokens Tokens() => TokenParts.Tokens(new EphemeralDataProtectionProvider());

    private sealed class ThrowingVault(Type type) : IBrowserVault
    {
        public ValueTask<string?> LoadAsync(string stamp, int maxLength, CancellationToken cancellationToken) => throw New();

        public ValueTask<VaultAnswer> SaveAsync(string stamp, long epoch, string token, CancellationToken cancellationToken) => throw New();

        public ValueTask ClearAsync(string stamp, CancellationToken cancellationToken) => throw New();

        private Exception New() => (Exception)Activator.CreateInstance(type, "As interop throws it.")!;
    }
}
