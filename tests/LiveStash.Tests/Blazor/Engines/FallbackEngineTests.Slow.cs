using LiveStash.Engines;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.JSInterop;

namespace LiveStash.Tests.Blazor.Engines;

/// <summary>The copy's link is slow, and the page may be away for long.</summary>
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

    [Fact]
    public async Task OpenAsync_JustBeforeTheNextTouchIsDue_TheCopyLivesAsLongAsTheStash()
    {
        var circuit = Circuit();
        await WriteAsync(circuit, "1");
        for (var quarter = 0; quarter < 2; quarter++)
        {
            _time.Advance(Terms.TimeToLive / 4);
            Assert.True((await circuit.TouchAsync(_id, 1, Terms)).IsOk);
        }

        _time.Advance((Terms.TimeToLive / 4) - TimeSpan.FromSeconds(1));
        _engine.LoseEverything();
        _time.Advance((Terms.TimeToLive * 3 / 4) - TimeSpan.FromSeconds(1));

        Assert.Equal("1", Value(await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)));
    }

    /// <summary>As with each connection that is lost and there again.</summary>
    [Fact]
    public async Task TouchAsync_OfACopyThatWasJustSent_DoesNotSendTheStateAgain()
    {
        var circuit = Circuit();
        await WriteAsync(circuit, "1");

        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.True((await circuit.TouchAsync(_id, 1, Terms)).IsOk);
        }

        Assert.Equal(1, _vault.Saves);
    }

    /// <summary>A script that throws.</summary>
    private sealed class Throwing : IBrowserVault
    {
        public ValueTask<string?> LoadAsync(string stamp, int maxLength, CancellationToken cancellationToken) => throw new JSException("The script threw.");

        public ValueTask<VaultAnswer> SaveAsync(string stamp, long epoch, string token, CancellationToken cancellationToken) => throw new JSException("The script threw.");

        public ValueTask ClearAsync(string stamp, CancellationToken cancellationToken) => throw new JSException("The script threw.");
    }
}
