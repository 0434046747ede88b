using System.Globalization;
using System.Text.Json;
using LiveStash.Circuits.Protocol;
using LiveStash.Circuits.Rendering;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Circuits.Tabs;

/// <summary>A circuit of a Blazor server, and what it has rendered: the browser's side of it, as <c>blazor.web.js</c> has it.</summary>
/// <param name="page">The page's address.</param>
/// <param name="cookies">The header that comes with the connection; empty for none.</param>
/// <param name="script">Answers the server's calls of LiveStash's script.</param>
/// <param name="onChange">Called after each rendering, under the lock of <see cref="Look"/>.</param>
internal sealed class Circuit(Uri page, string cookies, StashScript script, Action<Screen> onChange) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly Screen _screen = new();
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<int> _dispatcher = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _turn = new(1, 1); // as in a browser, what is answered is of before or after an event that is raised
    private readonly Dictionary<int, (string Id, string Value)> _underWay = []; // what was typed, by the number of its event
    private HubConnection _connection = default!;
    private string? _id;

    /// <summary>When the connection is gone, without our doing.</summary>
    public event Action? Closed;

    /// <summary>What the server said when it ended the circuit with an error.</summary>
    public string? Error { get; private set; }

    public bool IsOpen => _connection.State == HubConnectionState.Connected;

    public T Look<T>(Func<Screen, T> look)
    {
        lock (_lock)
        {
            return look(_screen);
        }
    }

    /// <summary>Makes the page's interactive parts live.</summary>
    /// <exception cref="IOException">The server is not there, or starts no circuit.</exception>
    public async Task StartAsync(string html, CancellationToken cancellationToken)
    {
        var markers = PageMarkers.Read(html);
        await ConnectAsync(page, cancellationToken);
        _id = await _connection.InvokeAsync<string?>("StartCircuit", new Uri(page, "/").ToString(), page.ToString(), "[]", "", cancellationToken)
            ?? throw new IOException("The server started no circuit.");
        await _dispatcher.Task.WaitAsync(Patience, cancellationToken);
        var operations = markers.Components.Select(static (marker, i) => $$"""{"type":"add","ssrComponentId":{{i + 1}},"marker":{{marker}}}""");
        await _connection.SendAsync("UpdateRootComponents", $$"""{"batchId":1,"operations":[{{string.Join(',', operations)}}]}""", markers.State, cancellationToken);
    }

    /// <summary>Connects again. <see langword="false"/>: the server does not have this circuit.</summary>
    public async Task<bool> ReconnectAsync(Uri server, CancellationToken cancellationToken)
    {
        await _connection.DisposeAsync();
        Look(_ => { _underWay.Clear(); script.Reconnected(); return true; });
        await ConnectAsync(server, cancellationToken);
        return await _connection.InvokeAsync<bool>("ConnectCircuit", _id, cancellationToken);
    }

    /// <summary>Raises an event at an element.</summary>
    /// <param name="id">The element's id.</param>
    /// <param name="name">The event, as in <c>click</c>.</param>
    /// <param name="arguments">What the event says.</param>
    /// <param name="value">What a field has by then. The server takes it as known, and does not send it.</param>
    public async Task RaiseAsync(string id, string name, object arguments, string? value = null)
    {
        var dispatcher = (long)await _dispatcher.Task;
        await InTurnAsync(async () =>
        {
            var call = script.Raise();
            var (handler, component) = Look(screen =>
            {
                var raised = screen.Raise(id, name, value);
                if (value is not null)
                {
                    _underWay[call] = (id, value);
                }

                return raised;
            });
            var descriptor = new { eventHandlerId = handler, eventName = name, eventFieldInfo = value is null ? null : new { componentId = component, fieldValue = value } };
            await _connection.SendAsync("BeginInvokeDotNetFromJS", call.ToString(CultureInfo.InvariantCulture), null, "DispatchEventAsync",
                dispatcher, JsonSerializer.Serialize(new[] { descriptor, arguments }, Json));
        });
    }

    public ValueTask DisposeAsync()
    {
        Closed = null;
        return _connection?.DisposeAsync() ?? default;
    }

    private async Task ConnectAsync(Uri server, CancellationToken cancellationToken)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(server, "/_blazor"), options =>
        {
            (options.Transports, options.SkipNegotiation) = (HttpTransportType.WebSockets, true);
            if (cookies.Length > 0)
            {
                options.Headers["Cookie"] = cookies;
            }
        });
        builder.Services.AddSingleton<IHubProtocol>(new BlazorPackProtocol());
        var connection = builder.Build();
        _connection = connection;
        connection.On<int, string>("JS.AttachComponent", (component, _) => Change(screen => screen.AddRoot(component)));
        connection.On<long, byte[]>("JS.RenderBatch", (batch, data) => InTurnAsync(() =>
        {
            Change(screen =>
            {
                screen.Apply(data);
                foreach (var (_, (id, value)) in _underWay.Where(typed => typed.Key > script.LateSince).OrderBy(static typed => typed.Key))
                {
                    screen.Show(id, value);
                }
            });
            return connection.SendAsync("OnRenderCompleted", batch, null);
        }));
        connection.On<long, string, string, int, long, int>("JS.BeginInvokeJS", (handle, function, arguments, _, _, _) => AnswerAsync(connection, handle, function, arguments));
        connection.On<string>("JS.Error", error => Error = error);
        connection.On<string, bool, string>("JS.EndInvokeDotNet", (call, _, _) => Look(_ => _underWay.Remove(int.Parse(call, CultureInfo.InvariantCulture))));
        connection.Closed += _ =>
        {
            Closed?.Invoke();
            return Task.CompletedTask;
        };
        await connection.StartAsync(cancellationToken);
    }

    private Task AnswerAsync(HubConnection connection, long handle, string function, string? arguments) => InTurnAsync(async () =>
    {
        string answer;
        var isDone = true;
        try
        {
            answer = JsonSerializer.Serialize(new[] { handle, true, Call(function, JsonElement.Parse(arguments ?? "[]")) }, Json);
        }
        catch (NotSupportedException exception)
        {
            (isDone, answer) = (false, JsonSerializer.Serialize<object[]>([handle, false, exception.Message], Json));
        }

        if (handle != 0)
        {
            await connection.SendAsync("EndInvokeJSFromDotNet", handle, isDone, answer);
        }
    });

    private async Task InTurnAsync(Func<Task> send)
    {
        await _turn.WaitAsync();
        try
        {
            await send();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What Blazor's own script does is done by the DOM, which is not here: it is answered with nothing.</summary>
    private object? Call(string function, JsonElement arguments)
    {
        const string ours = "LiveStash.";
        if (function == "Blazor._internal.attachWebRendererInterop")
        {
            _dispatcher.TrySetResult(arguments[1].GetProperty("__dotNetObject").GetInt32());
        }

        return function.StartsWith(ours, StringComparison.Ordinal) ? script.Call(function[ours.Length..], arguments) : null;
    }

    private void Change(Action<Screen> change)
    {
        lock (_lock)
        {
            change(_screen);
            onChange(_screen);
        }
    }
}
