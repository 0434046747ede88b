using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace LiveStash.Browser.Tests.Browsing;

/// <summary>A tab with a page of the showcase.</summary>
internal sealed class StashPage(IPage page, Uri server)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>How long to wait for anything that is due at once, also on a machine that is busy with other things.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    public IPage Page => page;

    /// <summary>The container with the data attributes.</summary>
    public ILocator Stash => page.Locator("[data-stash-status]");

    public ILocator Value => page.Locator(".stat-value");

    public async Task OpenAsync(string path)
    {
        await page.GotoAsync(new Uri(server, path).ToString());
        await IsInteractiveAsync();
    }

    /// <summary>F5.</summary>
    public async Task ReloadAsync()
    {
        await page.ReloadAsync();
        await IsInteractiveAsync();
    }

    public Task IsInteractiveAsync() => HasAttributeAsync("data-stash-status", ".+");

    public Task HasStatusAsync(StashPageStatus status, TimeSpan? within = null) => HasAttributeAsync("data-stash-status", $"^{status}$", within);

    public Task HasValueAsync(int value) => Assertions.Expect(Value).ToHaveTextAsync($"{value}");

    public Task HasSavedAsync(string saved) => HasAttributeAsync("data-stash-saved", $"^{Regex.Escape(saved)}$");

    public Task HasWritesAsync(int writes) => HasAttributeAsync("data-stash-writes", $"^{writes}$");

    public async Task<int> WritesAsync() => int.Parse((await Stash.GetAttributeAsync("data-stash-writes"))!, CultureInfo.InvariantCulture);

    public async Task<string> SavedAsync() => (await Stash.GetAttributeAsync("data-stash-saved"))!;

    /// <summary>Presses a button with the keyboard, which also works on one that is still moving.</summary>
    public Task PressAsync(string button) => page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).PressAsync("Enter");

    public Task ClickAsync(string button) => page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    /// <summary>Counts up to a value and waits until the page was told that it is saved.</summary>
    public async Task CountToAsync(int value, int from = 0)
    {
        for (var next = from + 1; next <= value; next++)
        {
            await ClickAsync("Increment");
            await HasValueAsync(next);
        }

        await HasSavedAsync($"{value}");
    }

    /// <summary>One click more, to show that the page works.</summary>
    public async Task CountsOnFromAsync(int value)
    {
        await HasValueAsync(value);
        await CountToAsync(value + 1, value);
    }

    /// <summary>Fills the lab's payload, waits until the page was told that it is saved, and gives its digest.</summary>
    public async Task<string> FillAsync(int kibibytes)
    {
        var before = await SavedAsync();
        await page.GetByLabel("Payload KiB").FillAsync($"{kibibytes}");
        await ClickAsync("Fill");
        await Assertions.Expect(Stash).Not.ToHaveAttributeAsync("data-stash-saved", before);
        var digest = await SavedAsync();
        await HasDigestAsync(digest);
        Assert.Equal(64, digest.Length);
        return digest;
    }

    /// <summary>The digest of the payload that the page shows.</summary>
    public Task HasDigestAsync(string digest) => Assertions.Expect(page.Locator(".digest")).ToHaveTextAsync(digest);

    /// <summary>Every state of this document since it became interactive.</summary>
    public async Task<IReadOnlyList<Render>> RendersAsync() =>
        JsonSerializer.Deserialize<Render[]>(await page.EvaluateAsync<string>("JSON.stringify(__seen.renders)"), Json)!;

    /// <summary>Tells documents apart: another one after a reload.</summary>
    public Task<string> DocumentAsync() => page.EvaluateAsync<string>("__seen.document");

    /// <summary>Waits until the page was loaded anew and is interactive.</summary>
    public async Task IsAnotherDocumentAsync(string before, TimeSpan? within = null) =>
        await page.WaitForFunctionAsync(
            "before => __seen.document !== before && __seen.renders.length > 0", before, new() { Timeout = Milliseconds(within ?? Patience) });

    /// <summary>How many WebSockets this document has opened.</summary>
    public Task<int> SocketsAsync() => page.EvaluateAsync<int>("__seen.sockets");

    /// <summary>Every class list that the app's reconnect dialog has had in this document.</summary>
    public Task<string[]> DialogStatesAsync() => page.EvaluateAsync<string[]>("__seen.dialog");

    /// <summary>Loses the connection while the server keeps the circuit, and waits until the page has it again.</summary>
    public async Task LoseConnectionAsync() => Assert.True(await CloseConnectionAsync(), "The server has given up the circuit.");

    /// <summary>Loses the connection, and answers whether the server that the page comes to has its circuit.</summary>
    public Task<bool> CloseConnectionAsync() => page.EvaluateAsync<bool>(
        """
        async () => {
          const reconnect = Blazor.reconnect;
          const reconnected = new Promise(resolve => {
            Blazor.reconnect = async () => {
              const same = await reconnect();
              resolve(same);
              return same;
            };
          });
          await Blazor._internal.forceCloseConnection();
          const same = await reconnected;
          Blazor.reconnect = reconnect;
          return same;
        }
        """);

    /// <summary>
    /// Loses the connection, and when it is back the server has given up the circuit, as it does after a while without one.
    /// </summary>
    public Task LoseCircuitAsync() => page.EvaluateAsync(
        """
        async () => {
          let given;
          const givenUp = new Promise(resolve => { given = resolve; });
          const reconnect = Blazor.reconnect;
          Blazor.reconnect = async () => { await givenUp; return reconnect(); };
          await Blazor._internal.forceCloseConnection();

          // The beacon that Blazor sends when a page is left ends the circuit. Sent as a request, its end can be waited for;
          // Blazor is told that it was not sent, as otherwise it takes the page for gone.
          let farewell;
          navigator.sendBeacon = (url, body) => { farewell = { url, body }; return false; };
          Blazor.disconnect();
          await fetch(farewell.url, { method: 'POST', body: farewell.body });
          given();
        }
        """);

    public async Task<IReadOnlyDictionary<string, string>> SessionStorageAsync() =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(await page.EvaluateAsync<string>("JSON.stringify({ ...sessionStorage })"))!;

    /// <summary>The one state that the tab keeps, with its key.</summary>
    public async Task<(string Key, string Token)> StateAsync()
    {
        var (key, token) = Assert.Single(await SessionStorageAsync(), static entry => entry.Key.StartsWith("livestash:state:", StringComparison.Ordinal));
        return (key, token);
    }

    public Task SetSessionStorageAsync(IReadOnlyDictionary<string, string> entries) =>
        page.EvaluateAsync("entries => { for (const [key, value] of Object.entries(entries)) sessionStorage.setItem(key, value); }", entries);

    /// <summary>From now on and in this document, the tab's copy of the state stays as it is.</summary>
    public Task BlockCopyAsync() => page.EvaluateAsync(
        """
        () => {
          const setItem = Storage.prototype.setItem;
          Storage.prototype.setItem = function (key, value) {
            if (!key.startsWith('livestash:state:')) setItem.call(this, key, value);
          };
        }
        """);

    private static float Milliseconds(TimeSpan time) => (float)time.TotalMilliseconds;

    private Task HasAttributeAsync(string name, string pattern, TimeSpan? within = null) =>
        Assertions.Expect(Stash).ToHaveAttributeAsync(name, new Regex(pattern), new() { Timeout = Milliseconds(within ?? Patience) });
}
