using Microsoft.JSInterop;

namespace LiveStash.Browser;

/// <summary>What the script calls in its circuit.</summary>
/// <param name="flush">Saves what has changed, and answers whether it is saved.</param>
/// <param name="mark">Gives the tab a tag, and answers whether it has it.</param>
internal sealed class StashPort(Func<Task<bool>> flush, Func<Task<bool>> mark)
{
    /// <summary>Answered at all, it says that the connection and the circuit are there.</summary>
    [JSInvokable]
    public bool Probe() => true;

    /// <summary>Answers when all that arrived before is handled and saved; <see langword="false"/> when it could not be saved.</summary>
    [JSInvokable]
    public Task<bool> Flush() => flush();

    /// <summary>Has the tab get its tag also where nothing is stashed: what the script keeps by itself is bound to the session by it.</summary>
    [JSInvokable]
    public Task<bool> Mark() => mark();
}
