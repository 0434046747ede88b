using LiveStash.Engines;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.JSInterop;

namespace LiveStash.Tests.Blazor.Engines;

/// <summary>The copy's link is slow, or there is none.</summary>
public sealed partial class FallbackEngineTests
{
    [Fact]
    public async Task OpenAsync_EngineLostAndTheCopyComesTooSlowly_UnavailableUntilItIsThere()
    {
        await CreateAsync("5");
        _engine.LoseEverything();
        _vault.Hangs = true;
        var circuit = Circuit();

        var opening = circuit.OpenAsync(_id, StashOpenMode.Own, Terms).AsTask();
        _time.Advance(LiveStashOptions.DefaultEngineTimeout);
        Assert.Equal(StashOutcome.Unavailable, (await opening.WaitAsync(Wait.Limit)).Outcome);

        _vault.Hangs = false;
        Assert.Equal("5", Value(await circuit.OpenAsync(_id, StashOpenMode.Own, Terms)));
        Assert.Equal("5", await EngineValueAsync());
    }

    [Fact]
    public async Task OpenAsync_NoEngineHasItAndTheBrowserIsGone_Unavailable()
    {
        _vault.IsGone = true;

        Assert.Equal(StashOutcome.Unavailable, (await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)).Outcome);
    }

    /// <summary>It would never be another answer, and the page would never save.</summary>
    [Fact]
    public async Task OpenAsync_NoEngineHasItAndTheScriptCannotTell_NotFound()
    {
        var circuit = TokenParts.Fallback(_engine, new Throwing(), _tokens, _time, _logs);

        Assert.Equal(StashOutcome.NotFound, (await circuit.OpenAsync(_id, StashOpenMode.Own, Terms)).Outcome);
    }

    /// <summary>A script that throws.</summary>
    private sealed class Throwing : IBrowserVault
    {
        public ValueTask<string?> LoadAsync(string stamp, int maxLength, CancellationToken cancellationToken) => throw new JSException("The script threw.");

        public ValueTask<VaultAnswer> SaveAsync(string stamp, long epoch, string token, CancellationToken cancellationToken) => throw new JSException("The script threw.");

        public ValueTask ClearAsync(string stamp, CancellationToken cancellationToken) => throw new JSException("The script threw.");
    }
}
