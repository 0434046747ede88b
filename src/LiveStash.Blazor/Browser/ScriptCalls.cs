using System.Text.Json;
using Microsoft.JSInterop;

namespace LiveStash.Browser;

/// <summary>Calls of the library's script.</summary>
/// <remarks>
/// Each circuit has a JsonSerializerOptions of its own, which works out anew every type that it meets: a string among objects costs
/// kilobytes there, for all the interfaces that strings have. JsonElement it knows, since events come as that. So arguments and answers
/// go as JsonElement, and their types are worked out once for all circuits.
/// </remarks>
internal static class ScriptCalls
{
    // As interop has them.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { MaxDepth = 32, NumberHandling = default };

    /// <summary>Calls a function.</summary>
    /// <exception cref="JSException">It threw, is not there, or answered something else.</exception>
    public static async ValueTask<T?> CallAsync<T>(this IJSRuntime js, string function, CancellationToken cancellationToken, params object?[] arguments)
    {
        var answer = await js.InvokeAsync<JsonElement>(function, cancellationToken, Array.ConvertAll(arguments, Pack));
        try
        {
            return answer.Deserialize<T>(Json);
        }
        catch (JsonException exception)
        {
            throw new JSException($"{function} answered something else.", exception);
        }
    }

    private static object? Pack(object? argument) => argument is string or string[] or bool or int or long ? JsonSerializer.SerializeToElement(argument, argument.GetType(), Json) : argument;
}
