using System.Text.Json;
using Microsoft.JSInterop;
using Microsoft.JSInterop.Infrastructure;

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>
/// A script that is not ours, behind the platform's own interop: what it answers is read by the rules of
/// <see cref="JSRuntime"/>, references to streams included.
/// </summary>
internal sealed class HostileScript : JSRuntime
{
    /// <summary>The JSON of a reference to a stream.</summary>
    public static string StreamJson(long length) => $$"""{"__jsObjectId":1,"__jsStreamReferenceLength":{{length}}}""";

    /// <summary>What a call is answered with, by its function: whether it succeeds, and JSON, or what shall pass for it.</summary>
    public required Func<string, (bool Succeeds, string Json)> Answer { get; init; }

    /// <summary>What a stream delivers, whatever length was said.</summary>
    public byte[] Stream { get; init; } = [];

    protected override void BeginInvokeJS(in JSInvocationInfo invocationInfo)
    {
        var (succeeds, json) = Answer(invocationInfo.Identifier);
        try
        {
            DotNetDispatcher.EndInvokeJS(this, $"[{invocationInfo.AsyncHandle},{(succeeds ? "true" : "false")},{json}]");
        }
        catch (JsonException)
        {
            // A message that is no JSON up to its end is the hub's affair: it ends the circuit. A call that has no answer by
            // now has failed then; the platform ignores this for one that has.
            DotNetDispatcher.EndInvokeJS(this, $"[{invocationInfo.AsyncHandle},false,\"no JSON\"]");
        }
    }

    protected override void BeginInvokeJS(long taskId, string identifier, string? argsJson, JSCallResultType resultType, long targetInstanceId) =>
        throw new NotSupportedException();

    protected override void EndInvokeDotNet(DotNetInvocationInfo invocationInfo, in DotNetInvocationResult invocationResult) =>
        throw new NotSupportedException();

    protected override Task<Stream> ReadJSDataAsStreamAsync(IJSStreamReference jsStreamReference, long totalLength, CancellationToken cancellationToken = default) =>
        Task.FromResult<Stream>(Stream.Length == totalLength ? new MemoryStream(Stream) : new BrokenStream(Stream));

    /// <summary>As the platform's: what does not keep to its length ends with an error.</summary>
    private sealed class BrokenStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is var read and > 0 ? read : throw new EndOfStreamException("The stream ended early.");
    }
}
