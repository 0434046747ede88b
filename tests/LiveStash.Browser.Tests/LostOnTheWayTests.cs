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

    /// <summary>The page is rendered, and the server's word that it has its components is lost: the circuit has them.</summary>
    [Fact]
    public async Task Page_ConnectionLostBeforeItsComponentsAreConfirmed_TheSameCircuitGoesOn()
    {
        byte[]? confirmation = null;
        Func<Task>? close = null;
        var opened = (await NewVisitorAsync(OrdinaryPage.Recorder)).Page;
        await opened.RouteWebSocketAsync("**/_blazor**", socket =>
        {
            var server = socket.ConnectToServer();
            close ??= async () =>
            {
                await socket.CloseAsync();
                await server.CloseAsync();
            };
            socket.OnMessage(message =>
            {
                // An invocation has its number before its name, and a completion, of type 3, after its headers, of which there are none.
                if (message.Binary is { } bytes && bytes.AsSpan().IndexOf("UpdateRootComponents"u8) is > 2 and var at)
                {
                    confirmation ??= [0x03, 0x80, 0xA1, bytes[at - 2]];
                }

                Pass(message, server);
            });
            server.OnMessage(message =>
            {
                if (confirmation is null or [] || message.Binary is not { } bytes || bytes.AsSpan().IndexOf(confirmation) < 0)
                {
                    Pass(message, socket);
                }
                else
                {
                    confirmation = []; // once
                }
            });
        });
        var page = new OrdinaryPage(opened, () => Link.Address);
        await page.OpenAsync("/note");
        var circuit = await page.CircuitAsync();
        await UntilAsync(() => Task.FromResult(confirmation is []));
        await page.HasGivenFocusAsync(); // which the server tells once, over the connection that it has then

        await close!();

        await page.TypeAsync("text", "milk", "milk");
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    /// <summary>Without us it is the browser that follows it, to its error page.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Link_PressedWhileTheConnectionIsAway_ThePageIsThatOfTheAddress(int roundTrip)
    {
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
        var page = await OpenAsync("/note");
        var circuit = await page.CircuitAsync();

        await CutAsync(page);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Other", Exact = true }).EvaluateAsync("link => link.click()"); // the app's dialog may be over it
        await Assertions.Expect(page.Page).ToHaveURLAsync(new Uri(Link.Address, "/other").ToString());
        Link.Heal();

        await page.HasHeadingAsync("Other");
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    /// <summary>Its handler would not have it followed, and Blazor calls none then.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task LinkThatIsAButton_PressedWhileTheConnectionIsAway_ThePageStays(int roundTrip)
    {
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
        var page = await OpenAsync("/asking");
        await page.HasGivenFocusAsync(); // by then the browser knows of the page's router, without which Blazor follows such a link at any time
        var circuit = await page.CircuitAsync();

        await CutAsync(page);
        await page.Page.EvaluateAsync("""
            () => {
                const link = document.getElementById('ask');
                const pressing = setInterval(() => document.getElementById('answer') ? clearInterval(pressing) : link.click(), 40);
            }
            """);
        Link.Heal();

        await page.TypeAsync("answer", "yes", "yes");
        await Assertions.Expect(page.Page).ToHaveURLAsync(new Uri(Link.Address, "/asking").ToString());
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    /// <summary>Blazor has told of it, and the connection breaks while that is under way.</summary>
    [Fact]
    public async Task Link_PressedJustBeforeTheConnectionBreaks_ThePageIsThatOfTheAddress()
    {
        var page = await OpenAsync("/note");
        var circuit = await page.CircuitAsync();

        Link.RoundTrip = TimeSpan.FromMilliseconds(2200);
        await page.FollowAsync("Other");
        await Link.CutAsync();
        Link.RoundTrip = TimeSpan.Zero;
        Link.Heal();

        await page.HasHeadingAsync("Other");
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    /// <summary>Blazor changes the address, and tells nobody.</summary>
    [Fact]
    public async Task Back_PressedWhileTheConnectionIsAway_ThePageIsThatOfTheAddress()
    {
        var page = await OpenAsync("/note");
        var circuit = await page.CircuitAsync();
        await page.FollowAsync("Other");
        await page.HasHeadingAsync("Other");

        await CutAsync(page);
        await page.Page.EvaluateAsync("history.back()");
        await Assertions.Expect(page.Page).ToHaveURLAsync(new Uri(Link.Address, "/note").ToString());
        Link.Heal();

        await page.HasHeadingAsync("Note");
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    /// <summary>A render, and a call of the app's script that is about it, in one frame.</summary>
    [Fact]
    public async Task Field_FocusedRightAfterItsRender_HasTheFocus()
    {
        var opened = (await NewVisitorAsync(OrdinaryPage.Recorder)).Page;
        await opened.RouteWebSocketAsync("**/_blazor**", socket =>
        {
            var server = socket.ConnectToServer();
            var together = new List<byte>();
            socket.OnMessage(message => Pass(message, server));
            server.OnMessage(message =>
            {
                lock (together)
                {
                    together.AddRange(message.Binary ?? Encoding.UTF8.GetBytes(message.Text!));
                    if (together.Count == (message.Binary?.Length ?? message.Text!.Length))
                    {
                        _ = PassTogetherAsync(together, socket);
                    }
                }
            });
        });
        var page = new OrdinaryPage(opened, () => Link.Address);
        await page.OpenAsync("/asking");
        var circuit = await page.CircuitAsync();

        await page.ClickAsync("ask");

        await Assertions.Expect(opened.GetByLabel("Answer")).ToBeFocusedAsync();
        Assert.Equal(circuit, await page.CircuitAsync());
    }

    private static async Task PassTogetherAsync(List<byte> together, IWebSocketRoute to)
    {
        await Task.Delay(50);
        lock (together)
        {
            to.Send([.. together]);
            together.Clear();
        }
    }

    private static void Pass(IWebSocketFrame message, IWebSocketRoute to)
    {
        if (message.Binary is { } binary)
        {
            to.Send(binary);
        }
        else
        {
            to.Send(message.Text!);
        }
    }
}
