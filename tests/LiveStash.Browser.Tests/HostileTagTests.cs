using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What is in sessionStorage comes from a stranger.</summary>
public sealed class HostileTagTests(SharedServer shared, ITestOutputHelper output) : SharedServerTest(shared, output), IClassFixture<SharedServer>
{
    /// <summary>Looks like something and is nothing.</summary>
    internal const string Garbage = "Zm9yZ2VkIGJ5IGEgc3RyYW5nZXIsIG5vdCBwcm90ZWN0ZWQgYnkgYW55dGhpbmc";

    [Theory]
    [EngineData(EngineKind.Any, "scope=reconnect", "scope=tab")]
    public async Task Start_TagIsGarbage_PageWorksAndOneWarningIsLogged(string engine, string query) =>
        await AssertHarmlessAsync(engine, query, _ => Garbage);

    [Theory]
    [EngineData(EngineKind.Any, "scope=reconnect", "scope=tab")]
    public async Task Start_TagIsNoBase64_PageWorksAndOneWarningIsLogged(string engine, string query) =>
        await AssertHarmlessAsync(engine, query, _ => "<script>%00\r\n‮{\"id\":1}</script>");

    [Theory]
    [EngineData(EngineKind.Any, "scope=reconnect", "scope=tab")]
    public async Task Start_TagIsTruncated_PageWorksAndOneWarningIsLogged(string engine, string query) =>
        await AssertHarmlessAsync(engine, query, value => value[..(value.Length / 2)]);

    [Theory]
    [EngineData(EngineKind.Any, "scope=reconnect", "scope=tab")]
    public async Task Start_TagIsAMegabyteLong_PageWorksAndOneWarningIsLogged(string engine, string query) =>
        await AssertHarmlessAsync(engine, query, _ => string.Concat(Enumerable.Repeat("garbage0", 128 * 1024)));

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Start_TagIsOfAnotherSession_PageWorksAndTheOtherIsUntouched(string engine)
    {
        var owner = await OpenAsync(engine, "counter?scope=tab");
        await owner.CountToAsync(5);
        var stolen = await owner.SessionStorageAsync();
        var thief = await NewVisitorAsync();
        await thief.OpenAsync(PathOf("counter?scope=tab", engine));
        await thief.SetSessionStorageAsync(stolen);
        var before = Log.Mark;

        await thief.ReloadAsync();

        await thief.HasStatusAsync(StashPageStatus.NotFound);
        await thief.CountsOnFromAsync(0);
        await AssertOneWarningAsync(before, stolen.Values);
        await owner.CountToAsync(6, from: 5);
        await owner.ReloadAsync();
        await owner.HasStatusAsync(StashPageStatus.Recovered);
        await owner.CountsOnFromAsync(6);
    }

    private async Task AssertHarmlessAsync(string engine, string query, Func<string, string> spoil)
    {
        var page = await OpenAsync(engine, $"counter?{query}");
        await page.CountToAsync(3);
        var spoiled = (await page.SessionStorageAsync()).Where(static entry => !entry.Key.Contains(":owner:", StringComparison.Ordinal)).ToDictionary(entry => entry.Key, entry => spoil(entry.Value));
        await page.SetSessionStorageAsync(spoiled);
        var before = Log.Mark;

        await page.ReloadAsync();

        await page.HasStatusAsync(StashPageStatus.NotFound);
        await page.CountsOnFromAsync(0);
        await AssertOneWarningAsync(before, spoiled.Values);

        // The tab has a readable tag again.
        await page.LoseCircuitAsync();
        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(1);
    }
}
