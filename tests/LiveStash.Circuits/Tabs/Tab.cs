using System.Net;
using LiveStash.Circuits.Rendering;

namespace LiveStash.Circuits.Tabs;

/// <summary>
/// A browser's tab without a browser: it loads a page, keeps its circuit, and when that is lost asks for it again and then loads the
/// page again, as Blazor's script with LiveStash's does.
/// </summary>
/// <param name="servers">Where the page is. One after the other is asked, as by a proxy without affinity.</param>
/// <param name="path">Of the page.</param>
public sealed class Tab(IReadOnlyList<Uri> servers, string path) : IAsyncDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { Timeout = Patience };
    private static int s_turn;

    private readonly CookieContainer _cookies = new();
    private readonly StashScript _script = new();
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private Circuit? _circuit;
    private Task _comingBack = Task.CompletedTask;

    /// <summary>Called after each rendering, from one thread at a time; must not block.</summary>
    public event Action<Screen>? Changed;

    /// <summary>Called when <see cref="IsConnected"/> or <see cref="IsHeld"/> changes; must not block.</summary>
    public event Action? ConnectionChanged;

    /// <summary>Whether there is a circuit, and a connection to it.</summary>
    public bool IsConnected
    {
        get;
        private set
        {
            if (field != value)
            {
                field = value;
                ConnectionChanged?.Invoke();
            }
        }
    }

    /// <summary>Whether the server holds the page: what is done in it now would be lost.</summary>
    public bool IsHeld => _script.IsHeld;

    /// <summary>How often the page was loaded.</summary>
    public int Loads { get; private set; }

    /// <summary>What went wrong on the way back, for people; the last of it.</summary>
    public string? Problem { get; private set; }

    /// <summary>Loads the page and makes it live.</summary>
    /// <exception cref="IOException">The server does not give it.</exception>
    /// <exception cref="HttpRequestException">The server is not there.</exception>
    public Task OpenAsync()
    {
        _script.HeldChanged += () => ConnectionChanged?.Invoke();
        return LoadAsync();
    }

    /// <summary>Looks at what is rendered, while nothing changes.</summary>
    public T Look<T>(Func<Screen, T> look) => (_circuit ?? throw new InvalidOperationException("The page is not open.")).Look(look);

    /// <summary>Clicks on an element.</summary>
    /// <exception cref="InvalidOperationException">It is not there, does not listen, or there is no connection.</exception>
    public Task ClickAsync(string id) => _circuit!.RaiseAsync(id, "click", new { type = "click", detail = 1 });

    /// <summary>Types over a field and leaves it.</summary>
    /// <inheritdoc cref="ClickAsync"/>
    public Task ChangeAsync(string id, string value) => _circuit!.RaiseAsync(id, "change", new { value }, value);

    /// <summary>F5, which is no loss. A page that is coming back comes back all the same, and one that cannot be loaded now does later.</summary>
    public async Task ReloadAsync()
    {
        if (!Leaves())
        {
            return;
        }

        var left = _circuit!;
        await left.DisposeAsync();
        try
        {
            await LoadAsync();
        }
        catch (Exception exception) when (IsPassing(exception) && !_stop.IsCancellationRequested)
        {
            Problem = exception.Message;
            _comingBack = ComeBackAsync(left, mayBeThere: false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Leaves();
        await _comingBack;
        await (_circuit?.DisposeAsync() ?? default);
        _stop.Dispose();
    }

    /// <summary>Whether it is of a server that is away.</summary>
    private static bool IsPassing(Exception exception) => exception is IOException or HttpRequestException or OperationCanceledException or TimeoutException
        or InvalidOperationException or Microsoft.AspNetCore.SignalR.HubException or System.Net.WebSockets.WebSocketException;

    private Uri NextServer => servers[(int)((uint)Interlocked.Increment(ref s_turn) % (uint)servers.Count)];

    private async Task LoadAsync()
    {
        var page = new Uri(NextServer, path);
        using var request = new HttpRequestMessage(HttpMethod.Get, page) { Headers = { Accept = { new("text/html") } } };
        if (_cookies.GetCookieHeader(page) is { Length: > 0 } kept)
        {
            request.Headers.Add("Cookie", kept);
        }

        using var answer = await Http.SendAsync(request, _stop.Token);
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            _cookies.SetCookies(page, cookie);
        }

        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new IOException($"{page} answered with {(int)answer.StatusCode}.");
        }

        var html = await answer.Content.ReadAsStringAsync(_stop.Token);
        var circuit = new Circuit(page, _cookies.GetCookieHeader(page), _script, screen => Changed?.Invoke(screen));
        circuit.Closed += () => OnClosed(circuit);
        _circuit = circuit;
        Loads++;
        _script.Loaded();
        try
        {
            await circuit.StartAsync(html, _stop.Token);
        }
        catch
        {
            await circuit.DisposeAsync(); // or it would go on showing its page beside the next
            throw;
        }

        IsThere(circuit);
    }

    private void IsThere(Circuit circuit)
    {
        IsConnected = true;
        if (!circuit.IsOpen)
        {
            OnClosed(circuit); // it was told while the page was not there yet
        }
    }

    /// <summary>Whether the page was there until now. Whoever is answered so has to bring it back.</summary>
    private bool Leaves()
    {
        lock (_lock)
        {
            return IsConnected && !(IsConnected = false);
        }
    }

    private void OnClosed(Circuit circuit)
    {
        if (circuit == _circuit && Leaves())
        {
            _script.IsLost = true;
            _comingBack = ComeBackAsync(circuit, mayBeThere: circuit.Error is null);
        }
    }

    private async Task ComeBackAsync(Circuit lost, bool mayBeThere)
    {
        await Task.Yield();
        var delay = FirstDelay;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(delay * (0.5 + Random.Shared.NextDouble()), _stop.Token);
                if (mayBeThere && await lost.ReconnectAsync(NextServer, _stop.Token))
                {
                    _script.GoesOn();
                    IsThere(lost);
                    return;
                }

                mayBeThere = false;
                await lost.DisposeAsync();
                await LoadAsync();
                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (IsPassing(exception))
            {
                Problem = exception.Message;
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
        }
    }
}
