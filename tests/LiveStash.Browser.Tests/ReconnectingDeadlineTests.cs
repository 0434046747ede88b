using System.Diagnostics;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>How soon a page notices that its connection is dead, and that a slow one is not. These tests have the machine for themselves.</summary>
[Collection(nameof(Alone))]
public sealed class ReconnectingDeadlineTests(MemoryApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<MemoryApp>
{
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Network_Goes_NoticedWithin3SecondsAndBackWithItsText(int roundTrip)
    {
        var page = await OpenNoteAsync();
        var dialog = page.Page.Locator("#components-reconnect-modal");
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
        var watch = Stopwatch.StartNew();

        await page.Page.Context.SetOfflineAsync(true);
        await Assertions.Expect(dialog).ToBeVisibleAsync();

        // Half a second of that is the grace of a loss that is over at once.
        Output.WriteLine($"Round trip {roundTrip} ms: the dialog is there {watch.Elapsed.TotalSeconds:0.0} s after the network has gone");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3.5));
        await page.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(dialog).ToBeHiddenAsync();
        await page.IsInteractiveAsync();
        await page.ShowsAsync("milk");
        await page.TypeAsync("text", "bread", "bread");
    }

    /// <summary>As where a server stands still: the connection is there, and nobody says that it is dead.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Connection_IsSilentWhileTheUserTypes_NoticedWithin20SecondsAndTheTextIsThere(int roundTrip)
    {
        var page = await OpenNoteAsync();
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
        var watch = Stopwatch.StartNew();

        Link.ForgetConnections();
        await page.TypeAsync("text", "bread");

        await page.ShowsAsync("bread");
        Output.WriteLine($"Round trip {roundTrip} ms: back {watch.Elapsed.TotalSeconds:0.0} s after the connection fell silent");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Network_ChangesOnALinkThatTakesLongerThanTheDeadline_TheConnectionIsKept()
    {
        var page = await OpenNoteAsync();
        var sockets = 0;
        page.Page.WebSocket += (_, _) => sockets++;

        // The first is answered in time, and tells how slow the link is.
        foreach (var roundTrip in new[] { 1_500, 2_200 })
        {
            Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
            await page.Page.EvaluateAsync("dispatchEvent(new Event('online'))");
            await page.TypeAsync("text", $"{roundTrip}", $"{roundTrip}");
        }

        Assert.Equal(0, sockets);
    }

    private async Task<OrdinaryPage> OpenNoteAsync()
    {
        var page = await OpenAsync("/note");
        await page.TypeAsync("text", "milk", "milk");
        return page;
    }
}
