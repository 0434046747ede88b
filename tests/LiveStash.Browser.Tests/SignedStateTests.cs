using System.Buffers.Text;
using System.Text;
using LiveStash.Browser.Tests.Browsing;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A host that signs what the tab keeps and does not encrypt it.</summary>
public sealed class SignedStateTests(ChromiumFixture chromium, ITestOutputHelper output) : OwnServerTest(chromium, output)
{
    private const string Engine = "browser";

    [Fact]
    public async Task Kill_TokenIsSigned_IsReadableAndRecovered()
    {
        var page = await StartAsync();
        await page.CountToAsync(7);
        Assert.Contains("/Count", Read((await page.StateAsync()).Token).Text, StringComparison.Ordinal);

        await RestartServerAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(7);
    }

    [Fact]
    public async Task Kill_SignedTokenIsAltered_NotFoundAndOneWarning()
    {
        var page = await StartAsync();
        await page.CountToAsync(7);
        var (key, token) = await page.StateAsync();
        var (writer, text, signature) = Read(token);
        var sevens = text.Count(static character => character == '7');
        var altered = $"{writer}.{Base64Url.EncodeToString(Encoding.Latin1.GetBytes(text.Replace('7', '9')))}~{signature}";
        Assert.True(sevens > 0 && altered.Length == token.Length);
        await page.SetSessionStorageAsync(new Dictionary<string, string> { [key] = altered });
        var before = Log.Mark;

        await RestartServerAsync();

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
        Assert.StartsWith("warn: LiveStash.", Assert.Single(await ServerProblemsAsync(before)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_200KiBSigned_IsThereAfterTheServersDeath()
    {
        var page = await StartAsync("lab");
        var digest = await page.FillAsync(kibibytes: 200);

        await RestartServerAsync();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.HasDigestAsync(digest);
    }

    private async Task<StashPage> StartAsync(string page = "counter")
    {
        await StartServerAsync(Engine, settings: "--Showcase:TokenProtection=Sign");
        var tab = await NewVisitorAsync();
        await tab.OpenAsync(PathOf(page, Engine));
        return tab;
    }

    /// <summary>The parts of what the tab keeps: the writer's epoch, the state as anybody can read it, and the signature.</summary>
    private static (string Writer, string Text, string Signature) Read(string token)
    {
        var (dot, end) = (token.IndexOf('.', StringComparison.Ordinal), token.IndexOf('~', StringComparison.Ordinal));
        return (token[..dot], Encoding.Latin1.GetString(Base64Url.DecodeFromChars(token.AsSpan(dot + 1, end - dot - 1))), token[(end + 1)..]);
    }
}
