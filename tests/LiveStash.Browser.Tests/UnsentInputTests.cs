using System.Text.Json;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>What is typed and not yet with the server when the page loses its circuit.</summary>
public sealed class UnsentInputTests(PatientApp shared, ITestOutputHelper output) : BookingTest(shared, output), IClassFixture<PatientApp>
{
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    [InlineData(2200)]
    public async Task Mail_HalfTypedThenCircuitLost_GoesOnWhereTheUserWasAndIsValidatedWhenItIsEntered(int roundTrip)
    {
        var page = await OpenOverAsync(roundTrip, "/booking");
        var (name, mail) = (page.Page.GetByLabel("Name"), page.Page.GetByLabel("Mail"));
        await name.FillAsync("Ada");
        await mail.ClickAsync();
        await page.Page.Keyboard.TypeAsync("ada@exaorg");
        for (var i = 0; i < 3; i++)
        {
            await page.Page.Keyboard.PressAsync("ArrowLeft");
        }

        await LoseOverAsync(roundTrip, page);

        await Assertions.Expect(name).ToHaveValueAsync("Ada");
        await Assertions.Expect(mail).ToHaveValueAsync("ada@exaorg");
        await Assertions.Expect(mail).ToBeFocusedAsync();
        await page.HasTextAsync("message", "");
        await page.Page.Keyboard.TypeAsync("mple.");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.HasTextAsync("booked", "1");
        await page.ShowsAsync("Ada|ada@example.org||small|False|red|2030-01-01|");
    }

    /// <summary>By a tap, or by a phone's keyboard, which moves the focus and says nothing.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mail_HalfTypedThenLostThenLeft_IsSentAndValidated(bool isTapped)
    {
        var page = await OpenAsync("/booking");
        var mail = page.Page.GetByLabel("Mail");
        await mail.PressSequentiallyAsync("ada@");

        await LoseAsync(page);
        await Assertions.Expect(mail).ToBeFocusedAsync();
        await page.HasTextAsync("message", "");
        await (isTapped ? page.Page.Locator("h1").ClickAsync() : page.Page.GetByLabel("Note").FocusAsync());

        await page.HasTextAsync("message", "The Mail field is not a valid e-mail address.");
        await page.ShowsAsync("|ada@||small|False|red|2030-01-01|");
    }

    /// <summary>Blazor gives the focus to the heading a round trip after the page has come back: the user types meanwhile.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Mail_TypedOnAsSoonAsItIsBack_HasEveryKey(int roundTrip)
    {
        var page = await OpenOverAsync(roundTrip, "/booking");
        var mail = page.Page.GetByLabel("Mail");
        await mail.ClickAsync();
        await page.Page.Keyboard.TypeAsync("ada@exaorg");
        for (var i = 0; i < 3; i++)
        {
            await page.Page.Keyboard.PressAsync("ArrowLeft");
        }

        await LoseOverAsync(roundTrip, page);
        await page.Page.WaitForFunctionAsync("document.activeElement.id === 'mail'");
        await page.Page.Keyboard.TypeAsync("mple.", new() { Delay = 80 });

        await Assertions.Expect(mail).ToHaveValueAsync("ada@example.org");
        await Assertions.Expect(mail).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Mail_HalfTypedAndThePageFocusesItsFirstField_IsEnteredAsTheUserGoesOn()
    {
        var page = await OpenAsync("/first-field");
        await Assertions.Expect(page.Page.GetByLabel("Name")).ToBeFocusedAsync();
        await page.Page.GetByLabel("Mail").ClickAsync();
        await page.Page.Keyboard.TypeAsync("ada@");

        await LoseAsync(page);
        await Assertions.Expect(page.Page.GetByLabel("Name")).ToBeFocusedAsync();
        await Assertions.Expect(page.Page.GetByLabel("Mail")).ToHaveValueAsync("ada@");
        await page.ClickAsync("keep");

        await page.HasTextAsync("kept", "ada@");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    [InlineData(2200)]
    public async Task Fields_OfEveryKindEnteredWhileAway_TheModelHasThem(int roundTrip)
    {
        var page = await OpenOverAsync(roundTrip, "/booking");
        var circuit = await page.CircuitAsync();

        await Link.CutAsync();
        await EnterAllAsync(page);
        await NoCircuitIsLeftAsync();
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip > 1000 ? 0 : roundTrip);
        Link.Heal();
        await page.IsInAnotherCircuitAsync(circuit);

        await HasAllAsync(page);
    }

    [Theory]
    [InlineData(150)]
    [InlineData(2200)]
    public async Task Fields_EnteredBeforeThePageIsInteractive_TheModelHasThem(int roundTrip)
    {
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);
        var page = new OrdinaryPage((await NewVisitorAsync(OrdinaryPage.Recorder)).Page, () => Link.Address);

        // The connection waits for the user, who may take longer than it does.
        var entered = new TaskCompletionSource();
        await page.Page.RouteWebSocketAsync("**/_blazor**", socket =>
        {
            var (server, sent) = (socket.ConnectToServer(), (Task)entered.Task);
            socket.OnMessage(message => sent = sent.ContinueWith(
                _ =>
                {
                    if (message.Binary is { } binary)
                    {
                        server.Send(binary);
                    }
                    else
                    {
                        server.Send(message.Text!);
                    }
                },
                TaskScheduler.Default));
        });
        await page.Page.GotoAsync(new Uri(Link.Address, "/booking").ToString(), new() { WaitUntil = WaitUntilState.Commit });
        await EnterAllAsync(page);
        await Assertions.Expect(page.Page.Locator("[data-circuit]")).ToHaveCountAsync(0);
        entered.SetResult();

        await page.IsInteractiveAsync();

        await HasAllAsync(page);
    }

    [Fact]
    public async Task Price_HalfTypedAndChangedByTheServerMeanwhile_TheServersIsShown()
    {
        var owner = Guid.NewGuid().ToString();
        var page = await OpenWithoutDialogAsync($"/booking?owner={owner}");
        var (note, price) = (page.Page.GetByLabel("Note"), page.Page.GetByLabel("Price"));
        await Assertions.Expect(price).ToHaveValueAsync("100");
        await price.FillAsync("120");
        await note.ClickAsync();
        await page.HasTextAsync("entered", "120");
        await price.FillAsync("1205");
        await note.PressSequentiallyAsync("a note");
        var circuit = await page.CircuitAsync();

        await Link.CutAsync();
        await price.FillAsync("12055");
        await Server.PostAsync($"/prices/{owner}/200");
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await page.IsInAnotherCircuitAsync(circuit);

        await Assertions.Expect(note).ToHaveValueAsync("a note");
        await Assertions.Expect(price).ToHaveValueAsync("200");
        await KeepsNothingAsync(page, "12055");
        await page.HasTextAsync("entered", "");
        await Assertions.Expect(price).ToHaveValueAsync("200");
    }

    [Fact]
    public async Task Search_SentWithEachKeyThenLost_IsThereOnce()
    {
        var page = await OpenWithoutDialogAsync("/booking");
        var search = page.Page.GetByLabel("Search");
        await search.PressSequentiallyAsync("abc");
        await page.ShowsAsync("|||small|False|red|2030-01-01|abc");
        var circuit = await page.CircuitAsync();

        await Link.CutAsync();
        await search.PressSequentiallyAsync("def");
        await NoCircuitIsLeftAsync();
        Link.Heal();
        await page.IsInAnotherCircuitAsync(circuit);

        await page.ShowsAsync("|||small|False|red|2030-01-01|abcdef");
        await Assertions.Expect(search).ToHaveValueAsync("abcdef");
    }

    [Fact]
    public async Task Secrets_Typed_AreNeverInTheTabsStorage()
    {
        // Without the connection nothing is acknowledged, and so all is kept that may be kept.
        var page = await OpenWithoutDialogAsync("/secrets");
        await Link.CutAsync();
        foreach (var id in new[] { "password", "off", "code", "card", "form", "ignored" })
        {
            await page.Page.Locator($"#{id}").PressSequentiallyAsync($"hidden {id}");
        }

        // As the button does that shows it: before a password is typed, and after.
        await page.Page.EvaluateAsync("() => { for (const id of ['password', 'shown']) document.getElementById(id).type = 'text'; }");
        await page.Page.Locator("#password").PressSequentiallyAsync(" and more");
        await page.Page.Locator("#shown").PressSequentiallyAsync("hidden shown");
        await page.Page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "hidden file", MimeType = "text/plain", Buffer = [1] });
        await page.Page.Locator("#open").PressSequentiallyAsync("open text");

        await page.Page.WaitForFunctionAsync("() => sessionStorage.getItem('livestash:unsent')?.includes('open text')");
        Assert.DoesNotContain("hidden", await page.Page.EvaluateAsync<string>("JSON.stringify({ ...sessionStorage })"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_HalfTypedThenTheTabCrashes_IsThere()
    {
        var page = await OpenAsync("/booking");
        await page.Page.GetByLabel("Mail").PressSequentiallyAsync("ada@exa");
        await page.Page.WaitForFunctionAsync("() => sessionStorage.getItem('livestash:unsent')?.includes('ada@exa')");

        var tab = await CrashAsync(page);

        await IsTrueAsync(tab, "document.querySelectorAll('[data-circuit]').length === 1 && document.getElementById('mail').value === 'ada@exa'");
        await IsTrueAsync(tab, "document.activeElement.id === 'mail'");
    }

    [Fact]
    public async Task Mail_HalfTypedThenReloaded_IsThere()
    {
        var page = await OpenAsync("/booking");
        await page.Page.GetByLabel("Mail").PressSequentiallyAsync("ada@exa");

        await page.ReloadAsync();

        await Assertions.Expect(page.Page.GetByLabel("Mail")).ToHaveValueAsync("ada@exa");
    }

    /// <summary>The page that comes first has no circuit yet, and is not to take for its own what the tab has.</summary>
    [Fact]
    public async Task Mail_HalfTypedThenReloadedAgainBeforeTheCircuitStarts_IsThere()
    {
        var page = await OpenAsync("/booking");
        await page.Page.GetByLabel("Mail").PressSequentiallyAsync("ada@exa");
        Link.RoundTrip = TimeSpan.FromMilliseconds(1500);
        await page.Page.ReloadAsync();
        await page.Page.WaitForFunctionAsync("() => window.LiveStash !== undefined");
        await page.Page.GetByLabel("Name").PressSequentiallyAsync("Ada");
        await page.Page.EvaluateAsync("() => new Promise(resolve => setTimeout(resolve, 300))");
        Assert.Equal(0, await page.Page.Locator("[data-circuit]").CountAsync());
        Assert.Contains("ada@exa", await page.Page.EvaluateAsync<string?>("() => sessionStorage.getItem('livestash:unsent')"), StringComparison.Ordinal);
        Link.RoundTrip = TimeSpan.Zero;

        await page.Page.ReloadAsync();

        await page.IsInteractiveAsync();
        await Assertions.Expect(page.Page.GetByLabel("Mail")).ToHaveValueAsync("ada@exa");
    }

    /// <summary>The newest hundred fields, of at most 16 KB each; over a reload 64 KB in all.</summary>
    [Fact]
    public async Task ManyFields_HalfTypedThenLost_TheNewestAreThereAsFarAsTheBoundsGo()
    {
        var page = await OpenAsync("/fields");
        const string Type = "([index, text]) => { const field = document.getElementById(`field-${index}`); field.focus(); field.value = text; field.dispatchEvent(new Event('input', { bubbles: true })); }";
        for (var i = 0; i < 120; i++)
        {
            await page.Page.EvaluateAsync(Type, new object[] { i, $"text {i}" });
        }

        await page.Page.EvaluateAsync(Type, new object[] { 110, new string('x', (16 * 1024) + 1) });
        await page.Page.EvaluateAsync(Type, new object[] { 60, "here" });
        await page.Page.EvaluateAsync("scrollBy(0, -100)");
        var scrolled = await page.Page.EvaluateAsync<double>("scrollY");
        Assert.InRange(scrolled, 500, 10_000);

        await LoseAsync(page);

        await page.HasValueAsync("field-60", "here");
        await page.HasValueAsync("field-119", "text 119");
        await page.HasValueAsync("field-20", "text 20");
        await page.HasValueAsync("field-110", "");
        await page.HasValueAsync("field-0", "");
        await Assertions.Expect(page.Page.Locator("#field-60")).ToBeFocusedAsync();
        await page.Page.WaitForFunctionAsync("before => Math.abs(scrollY - before) < 2", scrolled);

        for (var i = 10; i < 15; i++)
        {
            await page.Page.EvaluateAsync(Type, new object[] { i, new string('y', 15 * 1024) });
        }

        await page.ReloadAsync();
        await page.HasValueAsync("field-14", new string('y', 15 * 1024));
        await page.HasValueAsync("field-11", new string('y', 15 * 1024));
        await page.HasValueAsync("field-10", "");
    }

    /// <summary>What a browser has there may come from anywhere.</summary>
    [Theory]
    [InlineData("garbage")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"entries":[null,1,"a",{},{"at":"/booking"}],"place":7}""")]
    [InlineData("""{"entries":{"length":1e9},"place":{"x":"a"}}""")]
    public async Task Storage_Forged_ThePageWorks(string forged)
    {
        var page = await OpenAsync("/booking");
        await page.Page.EvaluateAsync("forged => addEventListener('pagehide', () => sessionStorage.setItem('livestash:unsent', forged))", forged);
        await page.ReloadAsync();
        await page.HasGivenFocusAsync();

        await page.Page.GetByLabel("Mail").PressSequentiallyAsync("ada@exa");
        await LoseAsync(page);

        await Assertions.Expect(page.Page.GetByLabel("Mail")).ToHaveValueAsync("ada@exa");
    }

    [Fact]
    public async Task Storage_IsFull_ThePageWorksAndWhatItHoldsIsPutBack()
    {
        var page = await OpenAsync("/booking");
        await page.Page.EvaluateAsync("() => { try { for (let i = 0; ; i++) sessionStorage.setItem(`full${i}`, 'x'.repeat(i < 50 ? 100_000 : 50)); } catch { } }");

        await page.Page.GetByLabel("Mail").PressSequentiallyAsync("ada@exa");
        await LoseAsync(page);

        await Assertions.Expect(page.Page.GetByLabel("Mail")).ToHaveValueAsync("ada@exa");
    }

    /// <summary>Kills the tab's process and loads the page again, as the user does who sees the sad face. Playwright gives such a page up.</summary>
    private static async Task<ICDPSession> CrashAsync(OrdinaryPage page)
    {
        var tab = await page.Page.Context.NewCDPSessionAsync(page.Page);
        var crashed = new TaskCompletionSource();
        page.Page.Crash += (_, _) => crashed.TrySetResult();
        _ = tab.SendAsync("Page.crash").ContinueWith(static task => task.Exception, TaskScheduler.Default);
        await crashed.Task.WaitAsync(StashPage.Patience);
        await tab.SendAsync("Page.reload");
        return tab;
    }

    private static Task IsTrueAsync(ICDPSession tab, string expression) => UntilAsync(async () =>
    {
        JsonElement? answer;
        try
        {
            answer = await tab.SendAsync("Runtime.evaluate", new() { ["expression"] = expression });
        }
        catch (PlaywrightException exception) when (exception.Message.Contains("navigated or closed", StringComparison.Ordinal) || exception.Message.Contains("default execution context", StringComparison.Ordinal))
        {
            return false; // of the document before, or of none yet
        }

        return answer!.Value.GetProperty("result").TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.True;
    });

    /// <summary>Waits until a text is kept no longer.</summary>
    private static Task KeepsNothingAsync(OrdinaryPage page, string text) =>
        page.Page.WaitForFunctionAsync("text => !JSON.stringify({ ...sessionStorage }).includes(text)", text);

    private Task LoseOverAsync(int roundTrip, OrdinaryPage page)
    {
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip > 1000 ? 0 : roundTrip);
        return LoseAsync(page);
    }
}
