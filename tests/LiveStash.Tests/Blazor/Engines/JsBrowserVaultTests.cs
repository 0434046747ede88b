using LiveStash.Engines;
using LiveStash.Tests.Blazor.Infrastructure;

namespace LiveStash.Tests.Blazor.Engines;

public sealed class JsBrowserVaultTests
{
    private const int MaxLength = 300_000;

    private readonly FakeBrowser _browser = new();
    private readonly FakePage _page;
    private readonly JsBrowserVault _vault;

    public JsBrowserVaultTests()
    {
        _page = new(_browser);
        _vault = new(_page, "browser");
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(16 * 1024, false)]
    [InlineData(16 * 1024 + 1, true)]
    [InlineData(MaxLength, true)]
    public async Task LoadAsync_TokenOfAnyLength_ComesBackInlineOrStreamed(int length, bool streamed)
    {
        var token = new string('A', length);
        Assert.Equal(VaultAnswer.Saved, await _vault.SaveAsync("stamp", 1, token, CancellationToken.None));

        Assert.Equal(token, await _vault.LoadAsync("stamp", MaxLength, CancellationToken.None));

        // The hub refuses interop results above 32 KB, and with that ends the circuit.
        Assert.Equal(streamed, _page.Calls.Contains("LiveStash.streamState"));
    }

    [Fact]
    public async Task LoadAsync_TooLong_NoneAndNotFetched()
    {
        await _vault.SaveAsync("stamp", 1, new string('A', MaxLength + 1), CancellationToken.None);

        Assert.Null(await _vault.LoadAsync("stamp", MaxLength, CancellationToken.None));
        Assert.DoesNotContain("LiveStash.streamState", _page.Calls);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"token\":null,\"length\":-1}")]
    [InlineData("{\"token\":null,\"length\":2147483647}")]
    [InlineData("{\"token\":\"\",\"length\":0}")]
    public async Task LoadAsync_AnswersThatAreNotOurs_None(string answer)
    {
        _page.Answers["LiveStash.loadState"] = answer;

        Assert.Null(await _vault.LoadAsync("stamp", MaxLength, CancellationToken.None));
    }

    [Fact]
    public async Task LoadAsync_NoStreamWhereOneWasSaid_None()
    {
        _page.Script = new HostileScript
        {
            Answer = function => (true, function == "LiveStash.loadState" ? """{"token":null,"length":20000}""" : "null"),
        };

        Assert.Null(await _vault.LoadAsync("stamp", MaxLength, CancellationToken.None));
    }

    [Fact]
    public async Task LoadAsync_StreamLongerThanWasSaid_None()
    {
        await _vault.SaveAsync("stamp", 1, new string('A', MaxLength + 1), CancellationToken.None);
        _page.Answers["LiveStash.loadState"] = "{\"token\":null,\"length\":20000}";

        Assert.Null(await _vault.LoadAsync("stamp", MaxLength, CancellationToken.None));
    }

    [Fact]
    public async Task LoadAsync_InlineTokenLongerThanAllowed_None()
    {
        _page.Answers["LiveStash.loadState"] = $"{{\"token\":\"{new string('A', 20_000)}\",\"length\":20000}}";

        Assert.Null(await _vault.LoadAsync("stamp", MaxLength, CancellationToken.None));
    }

    [Fact]
    public async Task SaveAsync_OlderEpochOrFull_SaysSoAndKeepsWhatIsThere()
    {
        await _vault.SaveAsync("stamp", 2, "kept", CancellationToken.None);
        Assert.Equal(VaultAnswer.Superseded, await _vault.SaveAsync("stamp", 1, "older", CancellationToken.None));
        _browser.Quota = 100;
        Assert.Equal(VaultAnswer.Full, await _vault.SaveAsync("stamp", 3, new string('A', 100), CancellationToken.None));

        Assert.Equal("kept", await _vault.LoadAsync("stamp", MaxLength, CancellationToken.None));
        await _vault.ClearAsync("stamp", CancellationToken.None);
        Assert.Null(await _vault.LoadAsync("stamp", MaxLength, CancellationToken.None));
    }

    [Fact]
    public async Task SaveAsync_AnotherStashOfTheTag_TheEarlierOneGoes()
    {
        _browser.SetTag("browser", "tag", []);
        await _vault.SaveAsync("first", 1, "1", CancellationToken.None);
        await new JsBrowserVault(_page, "memory+browser").SaveAsync("other engine", 1, "3", CancellationToken.None);
        await _vault.SaveAsync("second", 1, "2", CancellationToken.None);

        Assert.Equal(["livestash:state:browser:second", "livestash:state:memory+browser:other engine"], _browser.StateKeys.Order());
    }

    [Fact]
    public async Task SaveAsync_OfAnotherSession_TheEarlierOneGoesWithItsTag()
    {
        _browser.SetTag("browser", "ann's", []);
        await _vault.SaveAsync("ann's", 1, "1", CancellationToken.None);
        _browser.SetTag("browser", "ann's-next", ["ann's"]);
        _browser.SetTag("browser", "visitor's", []);
        await _vault.SaveAsync("visitor's", 1, "2", CancellationToken.None);
        Assert.Equal("1", await _vault.LoadAsync("ann's", MaxLength, CancellationToken.None));

        _browser.Start("browser", "visitor's", outdated: "ann's-next", owed: "");
        await _vault.SaveAsync("visitor's", 1, "3", CancellationToken.None);

        Assert.Equal(["livestash:state:browser:visitor's"], _browser.StateKeys);
    }
}
