using LiveStash.Comparing;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Watching;

/// <summary>
/// The initialization of one component, over all its awaits, and the event handlers that run beside it. Both go with the flow of
/// execution: an answer of JavaScript comes in as an event does, and it may be the initialization that goes on with it.
/// </summary>
/// <remarks>
/// Code that waits for something of another thread comes back through the dispatcher's queue, and the flow changes outside of the
/// dispatcher then. What is set there is told by when it happens; see <see cref="SlotWatch.ActivityStarts"/>.
/// </remarks>
internal sealed class Initialization(StashSlot slot, Dispatcher dispatcher)
{
    private static readonly AsyncLocal<Initialization?> Present = new(static change => change.PreviousValue?.Pauses());
    private static readonly AsyncLocal<Initialization?> Beside = new();

    // None once it is over: a captured flow may live longer than the circuit.
    private (StashSlot Slot, Dispatcher Dispatcher)? _running = (slot, dispatcher);
    private Initialization? _around;
    private Initialization? _besideAround;

    /// <summary>Whether an event handler of the component is what runs now.</summary>
    public bool IsHandling => Beside.Value == this;

    public void Begins() => (_around, Present.Value) = (Present.Value, this);

    /// <summary>It is done, or waits for the first time.</summary>
    public void Returns() => (Present.Value, _around) = (_around, null);

    /// <summary>What the renderer calls after a render, in the flow of that, is not the initialization.</summary>
    public void Renders()
    {
        if (Present.Value == this)
        {
            Present.Value = null;
        }
    }

    public void HandlerBegins() => (_besideAround, Beside.Value) = (Beside.Value, this);

    public void HandlerReturns() => (Beside.Value, _besideAround) = (_besideAround, null);

    public void Ends() => _running = null;

    private void Pauses()
    {
        if (_running is { Slot: { Loading: > 0 } slot, Dispatcher: var dispatcher } && dispatcher.CheckAccess())
        {
            slot.TakeInitialization();
        }
    }
}
