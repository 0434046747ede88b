using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Cases;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>Several tabs of one visitor.</summary>
[Collection(nameof(Visits))]
public sealed class TabTests(SharedServer shared, ITestOutputHelper output) : SharedServerTest(shared, output)
{
    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Tabs_TwoOrdinaryOnes_AreIndependent(string engine)
    {
        var first = await OpenAsync(engine, "counter?scope=tab");
        await first.CountToAsync(3);
        var second = await NewTabAsync(first);
        await second.OpenAsync(PathOf("counter?scope=tab", engine));
        await second.HasStatusAsync(StashPageStatus.New);
        await second.CountToAsync(1);

        await first.ReloadAsync();
        await second.ReloadAsync();

        await first.HasStatusAsync(StashPageStatus.Recovered);
        await first.CountsOnFromAsync(3);
        await second.HasStatusAsync(StashPageStatus.Recovered);
        await second.CountsOnFromAsync(1);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Tabs_Duplicated_TheCopyStartsWithTheStateAndBothGoOnIndependently(string engine)
    {
        var original = await OpenAsync(engine, "counter?scope=tab");
        await original.CountToAsync(3);

        // With the sessionStorage of its opener, as when the user duplicates the tab.
        var copy = new StashPage(await original.Page.RunAndWaitForPopupAsync(() => original.Page.EvaluateAsync("window.open(location.href)")), Server.Address);
        await copy.HasStatusAsync(StashPageStatus.Recovered);
        await copy.CountToAsync(5, from: 3);
        await original.CountToAsync(4, from: 3);
        await original.ReloadAsync();
        await copy.ReloadAsync();

        await original.HasStatusAsync(StashPageStatus.Recovered);
        await original.CountsOnFromAsync(4);
        await copy.HasStatusAsync(StashPageStatus.Recovered);
        await copy.CountsOnFromAsync(5);
    }

    [Theory]
    [EngineData(EngineKind.Any)]
    public async Task Tabs_DuplicatedWhileWebLocksAreMissing_BothGoOnIndependently(string engine)
    {
        var original = await NewVisitorAsync("Object.defineProperty(navigator, 'locks', { value: undefined });");
        await original.OpenAsync(PathOf("counter?scope=tab", engine));
        await original.CountToAsync(3);

        var copy = new StashPage(await original.Page.RunAndWaitForPopupAsync(() => original.Page.EvaluateAsync("window.open(location.href)")), Server.Address);
        await copy.HasStatusAsync(StashPageStatus.Recovered);
        await copy.CountToAsync(5, from: 3);
        await original.CountToAsync(4, from: 3);
        await original.ReloadAsync();
        await copy.ReloadAsync();

        await original.CountsOnFromAsync(4);
        await copy.CountsOnFromAsync(5);
    }
}
