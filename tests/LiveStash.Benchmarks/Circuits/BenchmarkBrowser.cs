using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using LiveStash.Browser;
using Microsoft.JSInterop;

namespace LiveStash.Benchmarks.Circuits;

/// <summary>A browser that answers at once: what is measured is the server.</summary>
internal sealed class BenchmarkBrowser : IJSRuntime
{
    private const DynamicallyAccessedMemberTypes Members =
        DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties;

    public ValueTask<TValue> InvokeAsync<[DynamicallyAccessedMembers(Members)] TValue>(string identifier, object?[]? args) =>
        InvokeAsync<TValue>(identifier, CancellationToken.None, args);

    public ValueTask<TValue> InvokeAsync<[DynamicallyAccessedMembers(Members)] TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) =>
        new((TValue)(object)JsonSerializer.SerializeToElement<object>(identifier == "LiveStash.greet" ? new StashGreeting() : true));
}
