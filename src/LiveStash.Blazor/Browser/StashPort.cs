using Microsoft.JSInterop;

namespace LiveStash.Browser;

/// <summary>What the script calls in its circuit.</summary>
/// <param name="flush">Saves what has changed, and answers whether it is saved.</param>
internal sealed class StashPort(Func<Task<bool>> flush)
{
    /// <summary>Answered at all, it says that the connection and the circuit are there.</summary>
    [JSInvokable]
    public bool Probe() => true;

    /// <summary>Answers when all that arrived before is handled and saved; <see langword="false"/> when it could not be saved.</summary>
    [JSInvokable]
    public Task<bool> Flush() => flush();
}
