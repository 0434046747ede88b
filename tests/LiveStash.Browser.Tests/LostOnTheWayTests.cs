using System.Text;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What Blazor sends once, and is lost with a connection after which the same circuit goes on.</summary>
public sealed class LostOnTheWayTests(RetainingApp shared, ITestOutputHelper output) : OrdinaryAppTest(shared, output), IClassFixture<RetainingApp>
{
    [Fact]
    public async Task Page_ConnectionLostWithItsComponentsUnderWay_ComesAliveByItself()
    {
        var lost = new TaskCompletionSource<Func<Task>>();
        var opened = (await NewVisitorAsync(OrdinaryPage.Recorder)).Page;
        await opened.RouteWebSocketAsync("**/_blazor**", socket =>
        {
            var (server, isGone) = (socket.ConnectToServer(), false);
            socket.OnMessage(message =>
            {
                if (message.Binary is { } bytes && Encoding.ASCII.GetString(bytes).Contains("UpdateRootComponents", StringComparison.Ordinal))
                {
                    isGone |= lost.TrySetResult(async () =>
                    {
                        await socket.CloseAsync();
                        await server.CloseAsync();
                    });
                }

                if (!isGone && message.Binary is { } binary)
                {
                    server.Send(binary);
                }
                else if (!isGone)
                {
                    server.Send(message.Text!);
                }
            });
        });
        await opened.GotoAsync(new Uri(Link.Address, "/note").ToString());
        var close = await lost.Task.WaitAsync(StashPage.Patience);
        await opened.WaitForFunctionAsync("() => Blazor.disconnect !== undefined"); // set when the circuit has started
        await close();

        var page = new OrdinaryPage(opened, () => Link.Address);
        await page.IsInteractiveAsync();
        await page.TypeAsync("text", "milk", "milk");
    }
}
