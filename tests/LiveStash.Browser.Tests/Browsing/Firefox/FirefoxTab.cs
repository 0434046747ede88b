using WebDriverBiDi;
using WebDriverBiDi.BrowsingContext;
using WebDriverBiDi.Input;
using WebDriverBiDi.Script;

namespace LiveStash.Browser.Tests.Browsing.Firefox;

/// <summary>A tab of Firefox, with the showcase's counter or another page.</summary>
internal sealed class FirefoxTab(BiDiDriver driver, string tab, string visitor)
{
    private const string Status = "document.querySelector('[data-stash-status]')?.dataset.stashStatus";
    private const string Saved = "document.querySelector('[data-stash-status]')?.dataset.stashSaved";
    private const string Value = "document.querySelector('.stat-value')?.textContent";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Whose tab it is; another visitor has other cookies.</summary>
    public string Visitor => visitor;

    /// <summary>Opens an address, as one that is typed.</summary>
    public Task OpenAsync(Uri address) => driver.BrowsingContext.NavigateAsync(new(tab, address.ToString()) { Wait = ReadinessState.Complete });

    /// <summary>F5.</summary>
    public Task ReloadAsync() => driver.BrowsingContext.ReloadAsync(new(tab) { Wait = ReadinessState.Complete });

    /// <summary>F5, which a server that is away does not answer.</summary>
    public Task ReloadInVainAsync() => Assert.ThrowsAnyAsync<WebDriverBiDiErrorResponseException>(ReloadAsync);

    /// <summary>Follows a link that leaves the app.</summary>
    public async Task LeaveAsync(string path)
    {
        await EvaluateAsync($"location.assign('{path}')");
        await HasAsync("location.pathname + document.readyState", $"{path}complete");
    }

    /// <summary>The button Back.</summary>
    public Task BackAsync() => driver.BrowsingContext.TraverseHistoryAsync(new(tab, -1));

    public Task CloseAsync() => driver.BrowsingContext.CloseAsync(new(tab));

    /// <summary>Counts up to a value and waits until the page was told that it is saved.</summary>
    public async Task CountToAsync(int value, int from = 0)
    {
        for (var next = from + 1; next <= value; next++)
        {
            await ClickAsync(".button-main");
            await HasAsync(Value, $"{next}");
        }

        await HasAsync(Saved, $"{value}");
    }

    /// <summary>Waits until the page is interactive, with a status and a value.</summary>
    public Task HasAsync(StashPageStatus status, int value) => HasAsync($"{Status} + {Value}", $"{status}{value}");

    /// <summary>Waits for the same, and shows with one click that it works.</summary>
    public async Task CountsOnFromAsync(StashPageStatus status, int value)
    {
        await HasAsync(status, value);
        await CountToAsync(value + 1, value);
    }

    /// <summary>Waits until the page says that it has lost its server.</summary>
    public Task ShowsLossAsync() => HasAsync("document.getElementById('livestash-reconnecting') !== null", "true");

    /// <summary>Waits until the tab shows that its page has crashed: a page of the browser's own, in which no script runs.</summary>
    public Task HasCrashedAsync() => UntilAsync(async () =>
    {
        try
        {
            return (false, await EvaluateAsync("location.href"));
        }
        catch (WebDriverBiDiErrorResponseException exception)
        {
            return (exception.ErrorCode == ErrorCode.UnsupportedOperation, exception.Message);
        }
    });

    /// <summary>Some letters from within the state that the tab has: ciphertext, which stands nowhere else.</summary>
    public async Task<string> PieceOfStateAsync() =>
        (await EvaluateAsync("Object.entries({ ...sessionStorage }).find(([key]) => key.startsWith('livestash:state:'))[1]"))[^24..^16];

    /// <summary>Waits for a condition. What it last saw instead is in the exception.</summary>
    public static async Task UntilAsync(Func<Task<(bool IsMet, string Seen)>> condition)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (await condition() is (false, var seen))
        {
            if (TimeProvider.System.GetElapsedTime(since) > StashPage.Patience)
            {
                throw new TimeoutException(seen);
            }

            await Task.Delay(Poll, TimeProvider.System);
        }
    }

    /// <summary>Types as a user does who looks at each letter.</summary>
    public async Task TypeSlowlyAsync(string text)
    {
        foreach (var letter in text.Select(char.ToString))
        {
            var keys = new KeySourceActions();
            keys.Actions.Add(new KeyDownAction(letter));
            keys.Actions.Add(new KeyUpAction(letter));
            var press = new PerformActionsCommandParameters(tab);
            press.Actions.Add(keys);
            await driver.Input.PerformActionsAsync(press);
            await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System);
        }
    }

    /// <summary>Waits until an expression has a value.</summary>
    public Task HasAsync(string expression, string text) => UntilAsync(async () =>
    {
        try
        {
            var seen = await EvaluateAsync(expression);
            return (seen == text, $"{expression} is {seen} instead of {text}");
        }
        catch (WebDriverBiDiErrorResponseException exception)
        {
            return (false, exception.Message); // between two documents
        }
    });

    public async Task<string> EvaluateAsync(string expression)
    {
        var answer = await driver.Script.EvaluateAsync(new($"String({expression})", new ContextTarget(tab), awaitPromise: false));
        return answer is EvaluateResultSuccess { Result: StringRemoteValue text }
            ? text.Value
            : throw new InvalidOperationException($"{expression}: {(answer as EvaluateResultException)?.ExceptionDetails.Text}");
    }

    public async Task ClickAsync(string selector)
    {
        var found = await driver.BrowsingContext.LocateNodesAsync(new(tab, new CssLocator(selector)));
        var mouse = new PointerSourceActions();
        mouse.Actions.Add(new PointerMoveAction { Origin = Origin.Element(found.Nodes.Single().ToSharedReference()) });
        mouse.Actions.Add(new PointerDownAction(0));
        mouse.Actions.Add(new PointerUpAction(0));
        var click = new PerformActionsCommandParameters(tab);
        click.Actions.Add(mouse);
        await driver.Input.PerformActionsAsync(click);
    }
}
