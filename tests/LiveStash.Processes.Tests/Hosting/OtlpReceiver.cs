using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>A collector: takes what comes over OTLP by HTTP with Protocol Buffers, and keeps it.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<byte[]>> _received = new(StringComparer.Ordinal);
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        foreach (var signal in new[] { "metrics", "traces" })
        {
            receiver._app.MapPost($"/v1/{signal}", async (HttpRequest request) =>
            {
                Assert.Equal("application/x-protobuf", request.ContentType);
                using var body = new MemoryStream();
                await request.Body.CopyToAsync(body);
                receiver._received.GetOrAdd(signal, static _ => new()).Enqueue(body.ToArray());
                return Results.Bytes([], "application/x-protobuf");
            });
        }

        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Whether a name has come, as Protocol Buffers write a text: its length, and its bytes.</summary>
    public bool Has(string signal, string name)
    {
        byte[] text = [(byte)name.Length, .. System.Text.Encoding.UTF8.GetBytes(name)];
        return _received.TryGetValue(signal, out var bodies) && bodies.Any(body => body.AsSpan().IndexOf(text) >= 0);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
