using LiveStash.Tests.Blazor.Infrastructure;

namespace LiveStash.Tests.Blazor.Engines;

/// <summary>Clearing: both are empty after it, and nothing returns.</summary>
public sealed partial class FallbackEngineTests
{
    [Fact]
    public async Task ClearAsync_Always_ClearsBothAndNothingReturns()
    {
        var circuit = Circuit();
        await WriteAsync(circuit, "1");

        Assert.True((await circuit.ClearAsync(_id, 1)).IsOk);

        Assert.Equal(0, _vault.Count);
        Assert.Null(await _engine.ContentAsync(_id));
        Assert.Equal(StashOutcome.NotFound, (await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)).Outcome);
    }

    [Fact]
    public async Task ClearAsync_WhileACopyIsBeingSaved_ItDoesNotReturn()
    {
        var circuit = Circuit();
        var gate = _vault.Gate = new();
        var version = (await WriteAsync(circuit, "1")).Version;
        await WriteAsync(circuit, "2", version);
        var clearing = circuit.ClearAsync(_id, 1).AsTask();
        Assert.False(clearing.IsCompleted);
        _vault.Gate = null;
        gate.SetResult();

        Assert.True((await clearing.WaitAsync(Wait.Limit)).IsOk);
        Assert.Equal(StashOutcome.NotFound, (await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)).Outcome);
    }

    [Fact]
    public async Task ClearAsync_BrowserDoesNotConfirm_Unavailable()
    {
        var circuit = Circuit();
        await WriteAsync(circuit, "1");
        _vault.IsGone = true;

        Assert.Equal(StashOutcome.Unavailable, (await circuit.ClearAsync(_id, 1)).Outcome);
    }

    [Fact]
    public async Task WriteAsync_DeltaAfterAClearThatWasUnavailable_BuildsOnWhatWasAcknowledged()
    {
        var circuit = Circuit();
        var version = (await WriteAsync(circuit, "3")).Version;
        _engine.IsUnavailable = true;
        Assert.Equal(StashOutcome.Unavailable, (await circuit.ClearAsync(_id, 1)).Outcome);

        // The page has its value again before it could be reset, so that nothing differs from what was acknowledged.
        var nothing = new StashWrite { Epoch = 1, BaseVersion = version, Terms = Terms };
        Assert.Equal(StashOutcome.Unavailable, (await circuit.WriteAsync(_id, nothing)).Outcome);
        _engine.IsUnavailable = false;
        Assert.True((await circuit.WriteAsync(_id, nothing)).IsOk);

        Assert.Equal("3", await EngineValueAsync());
        _engine.LoseEverything();
        Assert.Equal("3", Value(await Circuit().OpenAsync(_id, StashOpenMode.Own, Terms)));
    }

    [Fact]
    public async Task ClearAsync_OfAProvisionalCopyOnceTheEngineIsBack_ClearsBoth()
    {
        await CreateAsync("5");
        _engine.IsUnavailable = true;
        var circuit = Circuit();
        var opened = await circuit.OpenAsync(_id, StashOpenMode.Own, Terms);
        Assert.Equal(StashOutcome.Unavailable, (await circuit.ClearAsync(_id, opened.Epoch)).Outcome);
        Assert.Equal(0, _vault.Count);

        // Somebody has raised the epoch in between.
        _engine.IsUnavailable = false;
        for (var i = 0; i < 3; i++)
        {
            await _engine.OpenAsync(_id, StashOpenMode.Own, Terms);
        }

        Assert.Equal(StashOutcome.Ok, (await circuit.ClearAsync(_id, opened.Epoch)).Outcome);
        Assert.Null(await _engine.ContentAsync(_id));
    }
}
