using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.JSInterop;

namespace LiveStash.Testing;

/// <summary>One document in a tab: what a circuit calls through interop, with the ways in which that goes wrong.</summary>
internal sealed class FakePage(FakeBrowser browser) : IJSRuntime
{
    // As Microsoft.JSInterop.JSRuntime has them.
    private static readonly JsonSerializerOptions Json = new() { MaxDepth = 32, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true };

    private readonly List<string> _calls = [];

    /// <summary>No call is answered any more: the connection is lost, or the tab sleeps.</summary>
    public bool Hangs { get; set; }

    /// <summary>Calls are answered before they return, as no connection does.</summary>
    public bool AnswersAtOnce { get; init; }

    /// <summary>Functions that are not answered.</summary>
    public HashSet<string> HangingFunctions { get; } = [];

    /// <summary>What the answers of functions wait for.</summary>
    public Dictionary<string, Task> Waits { get; } = [];

    /// <summary>Every call throws what interop throws after the circuit's end.</summary>
    public bool IsGone { get; set; }

    /// <summary>The document is being left.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Answers of a script that is not ours, by function: JSON, or <see langword="null"/> for an error.</summary>
    public Dictionary<string, string?> Answers { get; } = [];

    /// <summary>A script that answers every call in place of ours.</summary>
    public IJSRuntime? Script { get; set; }

    /// <summary>The functions that were called, in order.</summary>
    public string[] Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => InvokeAsync<TValue>(identifier, CancellationToken.None, args);

    public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args)
    {
        lock (_calls)
        {
            _calls.Add(identifier);
        }

        if (IsGone)
        {
            throw new JSDisconnectedException("The circuit has disconnected.");
        }

        if (Hangs || HangingFunctions.Contains(identifier))
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }

        await (Waits.GetValueOrDefault(identifier)?.WaitAsync(cancellationToken) ?? Task.CompletedTask);
        if (!AnswersAtOnce && identifier is not ("LiveStash.started" or "LiveStash.owe"))
        {
            // Nobody waits for those two, and on a real connection they are there before it can be lost.
            await Task.Yield();
        }

        if (Script is not null)
        {
            return await Script.InvokeAsync<TValue>(identifier, cancellationToken, args);
        }

        if (Answers.TryGetValue(identifier, out var answer))
        {
            return Convert<TValue>(answer);
        }

        return identifier == "LiveStash.streamState"
            ? (TValue)(object)new StreamReference(Encoding.ASCII.GetBytes(browser.TokenOf((string)args![0]!, (string)args[1]!) ?? ""))
            : Convert<TValue>(Run(identifier, JsonSerializer.SerializeToElement(args, Json))?.ToJsonString());
    }

    private static TValue Convert<TValue>(string? json)
    {
        try
        {
            return JsonSerializer.Deserialize<TValue>(json ?? throw new JSException("The script threw."), Json)!;
        }
        catch (JsonException exception)
        {
            throw new JSException("The answer does not fit.", exception);
        }
    }

    private JsonNode? Run(string function, JsonElement args)
    {
        string Text(int index) => args[index].GetString()!;
        switch (function)
        {
            case "LiveStash.greet":
                return browser.Greet(Text(0));
            case "LiveStash.setTag":
                return browser.SetTag(Text(0), Text(1), args[2].Deserialize<string[]>()!);
            case "LiveStash.started":
                browser.Start(Text(0), args[1].GetString(), args[2].GetString(), Text(4), args[5].GetString());
                return true;
            case "LiveStash.fleet":
                browser.Fleet = args[0].GetInt32();
                return true;
            case "LiveStash.owe":
                browser.Owe(Text(0), Text(1));
                return true;
            case "LiveStash.owner":
                browser.IsOwnerKnown = args[0].GetBoolean();
                return true;
            case "LiveStash.hold" or "LiveStash.askLate" or "LiveStash.late":
                return true;
            case "LiveStash.confirm":
                return !IsLeaving;
            case "LiveStash.saveState":
                return browser.SaveState(Text(0), Text(1), args[2].GetInt64(), Text(3));
            case "LiveStash.loadState":
                var token = browser.TokenOf(Text(0), Text(1));
                return new JsonObject { ["token"] = token?.Length <= args[2].GetInt32() ? token : null, ["length"] = token?.Length ?? 0 };
            case "LiveStash.clearState":
                browser.ClearState(Text(0), Text(1));
                return true;
            default:
                throw new JSException($"{function} is not there.");
        }
    }

    private sealed class StreamReference(byte[] bytes) : IJSStreamReference
    {
        public long Length => bytes.Length;

        public ValueTask<Stream> OpenReadStreamAsync(long maxAllowedSize = 512000, CancellationToken cancellationToken = default) =>
            maxAllowedSize < Length
                ? throw new ArgumentOutOfRangeException(nameof(maxAllowedSize), "The incoming data stream of length is greater than the maximum allowed.")
                : new(new MemoryStream(bytes));

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => throw new NotSupportedException();

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }
}
