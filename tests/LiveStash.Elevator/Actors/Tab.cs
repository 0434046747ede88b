using System.Text.Json;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Elevator.Checking;
using Microsoft.Playwright;

namespace LiveStash.Elevator.Actors;

/// <summary>A Chromium tab of a visitor of its own, on a link of its own. Driven over the DevTools protocol, which outlives a crash of the tab.</summary>
/// <param name="name">See <see cref="Actor"/>.</param>
/// <param name="server">The port of the proxy.</param>
/// <param name="seed">Of what is done.</param>
internal sealed class Tab(string name, int server, int seed) : Actor(name, seed, (200, 900))
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReadsAnError = TimeSpan.FromSeconds(1);

    private IBrowserContext _visitor = default!;
    private IPage _page = default!;
    private ICDPSession _devtools = default!;
    private TaskCompletionSource _crashed = new();

    /// <summary>Between the browser and the proxy.</summary>
    public TcpProxy Link { get; } = new(server);

    public async Task OpenAsync(IBrowser browser, string path)
    {
        _visitor = await browser.NewContextAsync();
        _page = await _visitor.NewPageAsync();
        _devtools = await _visitor.NewCDPSessionAsync(_page);
        _devtools.Event("Runtime.bindingCalled").OnEvent += (_, called) =>
        {
            if (called?.GetProperty("name").GetString() == Screen.Binding)
            {
                Sees(Screen.Parse(called.Value.GetProperty("payload").GetString()!));
            }
        };
        _devtools.Event("Network.responseReceived").OnEvent += (_, received) =>
        {
            if (received?.GetProperty("type").GetString() == "Document" && received.Value.GetProperty("response").GetProperty("status").GetInt32() is var status and >= 500)
            {
                _ = LeaveErrorAsync(status);
            }
        };
        _devtools.Event("Inspector.targetCrashed").OnEvent += (_, _) => _crashed.TrySetResult(); // Playwright's page says it once alone
        _page.Console += (_, message) =>
        {
            if (message.Type == "error" && !IsNetwork(message.Text))
            {
                Note(Errors, message.Text.Split('\n')[0]);
            }
        };
        _page.PageError += (_, error) => Note(Errors, error.Split('\n')[0]);
        await _devtools.SendAsync("Inspector.enable");
        await _devtools.SendAsync("Page.enable");
        await _devtools.SendAsync("Network.enable");
        await _devtools.SendAsync("Runtime.enable");
        await _devtools.SendAsync("Runtime.addBinding", new() { ["name"] = Screen.Binding });
        await _devtools.SendAsync("Page.addScriptToEvaluateOnNewDocument", new() { ["source"] = Screen.Script });
        Address = new Uri(Link.Address, path);
        await NavigateAsync();
    }

    /// <summary>The page's address.</summary>
    public Uri Address { get; private set; } = default!;

    public Task NavigateAsync() => _devtools.SendAsync("Page.navigate", new() { ["url"] = Address.ToString() });

    public override async Task ReloadAsync()
    {
        // The command is answered when the page is asked for, and the one before can be typed in until the next is there. It is refused
        // while one page takes the other's place.
        var former = Screen.Document;
        var started = TimeProvider.System.GetTimestamp();
        var isAsked = false;
        while (Screen.Document == former && TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            try
            {
                if (!isAsked)
                {
                    await _devtools.SendAsync("Page.reload");
                    isAsked = true;
                }
            }
            catch (PlaywrightException)
            {
                // Not now.
            }

            await Task.Delay(20, Stopped);
        }

        if (!isAsked && Screen.Document == former)
        {
            throw new TimeoutException($"{Name} could not be loaded again.");
        }
    }

    /// <summary>The connection is closed; the page notices.</summary>
    public Task CloseConnectionAsync() => EvaluateAsync("Blazor._internal.forceCloseConnection(), true");

    /// <summary>The tab's process dies, and the tab is loaded again, as by the button that a browser shows then.</summary>
    public async Task CrashAsync()
    {
        _crashed = new();
        _ = _devtools.SendAsync("Page.crash"); // has no answer
        await _crashed.Task.WaitAsync(Patience);
        await NavigateAsync();
    }

    /// <summary>The tab stands still as in the background of a phone, and is looked at again.</summary>
    public async Task SleepAsync(TimeSpan time)
    {
        await SetStateAsync("frozen");
        await Task.Delay(time);
        await SetStateAsync("active");

        Task SetStateAsync(string state) => _devtools.SendAsync("Page.setWebLifecycleState", new() { ["state"] = state });
    }

    /// <summary>
    /// The tab is duplicated, and somebody types in the copy, which is closed then. Answers with what is wrong in the copy.
    /// </summary>
    public async Task<string?> DuplicateAsync()
    {
        var opening = _visitor.WaitForPageAsync(new() { Timeout = (float)Patience.TotalMilliseconds });
        var told = Look(static (_, screen) => screen.Told);
        await EvaluateAsync("open(location.href), true", userGesture: true);
        var copy = await opening;
        try
        {
            await copy.WaitForSelectorAsync("#page[data-interactive=true]", new() { Timeout = (float)Patience.TotalMilliseconds });
            var shown = await copy.EvaluateAsync<string[]>("['name', 'street', 'city'].map(field => document.getElementById(field).value)");
            await copy.Locator("#name").FillAsync("copy00-00001");
            await copy.Locator("#name").PressAsync("Tab");
            await Assertions.Expect(copy.Locator("#page")).ToHaveAttributeAsync("data-told", new System.Text.RegularExpressions.Regex("^copy00"), new() { Timeout = (float)Patience.TotalMilliseconds });

            // Had the copy kept its own with the original's, the original would have it now. What is typed meanwhile may be in the copy or
            // not; what was saved before is.
            await ReloadAsync();
            return Look((history, _) => history.Lacks(told, shown));
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            return $"The copy of {Name} did not come to life: {exception.Message.Split('\n')[0]}";
        }
        finally
        {
            await copy.CloseAsync();
        }
    }

    public override async Task<string> ReadAsync()
    {
        try
        {
            var answer = await SendAsync("Runtime.evaluate", new() { ["expression"] = "`${location.href} ${document.readyState} ${document.body?.innerText ?? ''}`.replaceAll('\\n', ' ').slice(0, 300)" });
            return answer!.Value.GetProperty("result").GetProperty("value").GetString()!;
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            return $"nothing, {exception.Message}";
        }
    }

    /// <summary>A picture of the page, also after the tab has crashed once: Playwright's own page is of no use then.</summary>
    public async Task<byte[]> PictureAsync()
    {
        var answer = await SendAsync("Page.captureScreenshot", []);
        return answer!.Value.GetProperty("data").GetBytesFromBase64();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_visitor is not null)
        {
            await _visitor.DisposeAsync();
        }

        await Link.DisposeAsync();
    }

    /// <summary>What a browser says of a server that is away.</summary>
    private static bool IsNetwork(string text) =>
        text.Contains("net::ERR_", StringComparison.Ordinal) || text.Contains("WebSocket", StringComparison.Ordinal) || text.Contains("Failed to load resource", StringComparison.Ordinal)
        || text.Contains("Connection disconnected", StringComparison.Ordinal) || text.Contains("Failed to fetch", StringComparison.Ordinal);

    /// <summary>
    /// An error stands where the page was, and nothing of the page is there to do anything. Its user loads it again, and the servers have no
    /// excuse where it was not the proxy's.
    /// </summary>
    private async Task LeaveErrorAsync(int status)
    {
        try
        {
            if (status is not (502 or 504))
            {
                Note(Failures, $"{Name} was answered with {status}.");
            }

            ErrorPages++;
            await Task.Delay(ReadsAnError, Stopped);
            await _devtools.SendAsync("Page.reload");
        }
        catch (Exception exception) when (exception is PlaywrightException or OperationCanceledException)
        {
            // The end, or the tab has just crashed.
        }
    }

    /// <summary>Types over one field, and leaves it or not. In one piece: what begins in one document must not end in the next.</summary>
    protected override async Task StepAsync()
    {
        var field = Random.Next(Screen.FieldIds.Count);
        var text = Look((history, screen) => history.Type(field, screen));
        try
        {
            NotTaken += await EvaluateAsync(
                $$"""
                (() => {
                  const field = document.getElementById('{{Screen.FieldIds[field]}}');
                  field?.focus();
                  if (!field || document.activeElement !== field) return false;
                  field.select();
                  document.execCommand('insertText', false, '{{text}}');
                  if ({{(Random.Next(4) > 0 ? "true" : "false")}}) field.blur();
                  return true;
                })()
                """) ? 0 : 1;
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            // The document went away under the hands.
            NotTaken++;
        }
    }

    private async Task<bool> EvaluateAsync(string expression, bool userGesture = false)
    {
        var answer = await SendAsync("Runtime.evaluate", new() { ["expression"] = expression, ["userGesture"] = userGesture });
        return answer is { } value && value.GetProperty("result").TryGetProperty("value", out var result) && result.ValueKind == JsonValueKind.True;
    }

    private async Task<JsonElement?> SendAsync(string method, Dictionary<string, object> arguments) =>
        await _devtools.SendAsync(method, arguments).WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Stopped);
}
