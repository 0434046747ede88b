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
    private static readonly AsyncLocal<Initialization?> Present = new(static change =>
    {
        change.PreviousValue?.Pauses();
        change.CurrentValue?.GoesOn();
    });

    private static readonly AsyncLocal<Initialization?> Beside = new(static change =>
    {
        change.PreviousValue?.HandlerPauses();
        change.CurrentValue?.HandlerGoesOn();
    });

    private readonly long _begun = Arrival.Last;

    // Whether it, or a handler, has gone on outside of the dispatcher or by the dispatcher's queue since its slot was last looked at.
    private volatile bool _mayHaveSet;
    private volatile bool _handlerMayHaveSet;

    // None once it is over: a captured flow may live longer than the circuit. Read on any thread, so one of the two may be gone already.
    private (StashSlot Slot, Dispatcher Dispatcher)? _running = (slot, dispatcher);
    private Initialization? _around;
    private Initialization? _besideAround;

    /// <summary>
    /// Whether what runs now is for the user: an event handler of the component, or whatever else goes on with what came in after
    /// the initialization had begun, as a method that JavaScript calls, a child that calls its parent, or a service's event.
    /// </summary>
    public bool IsForTheUser => IsHandling || IsBesideByArrival;

    /// <summary>The same, where nothing but that says that the component is meant: the initialization must not have gone on meanwhile.</summary>
    public bool IsForTheUserAlone => IsHandling || (IsBesideByArrival && !_mayHaveSet);

    /// <summary>Whether it has gone on elsewhere, and no handler has: what is new is its own.</summary>
    public bool HasSetAlone => _mayHaveSet && !_handlerMayHaveSet;

    /// <summary>Whether it is what runs now.</summary>
    public bool IsRunning => Present.Value == this;

    /// <summary>
    /// Whether parameters that the component is given now are part of its initialization still: it is for the user that its page
    /// renders, yet no handler of the component that has it do so.
    /// </summary>
    public bool TakesParameters => IsBesideByArrival && !IsHandling;

    private bool IsHandling => Beside.Value == this;

    private bool IsBesideByArrival => !IsRunning && SlotWatch.Incoming.Value?.IsAfter(_begun) == true;

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

    /// <summary>What the component shows has been told apart.</summary>
    public void IsLookedAt() => _mayHaveSet = _handlerMayHaveSet = false;

    private void Pauses()
    {
        if (_running is { Slot: { Loading: > 0 } slot, Dispatcher: { } dispatcher } && dispatcher.CheckAccess())
        {
            slot.TakeInitialization();
        }
    }

    private void GoesOn()
    {
        if (_running is { Dispatcher: { } dispatcher } && !dispatcher.CheckAccess())
        {
            _mayHaveSet = true;
        }
    }

    private void HandlerPauses()
    {
        if (_running is { Slot: { Loading: > 0 } slot, Dispatcher: { } dispatcher } && dispatcher.CheckAccess())
        {
            // Before anybody takes it for the initialization's.
            slot.LookAtTheUsers();
        }
    }

    private void HandlerGoesOn()
    {
        if (_running is not { Slot: { } slot, Dispatcher: { } dispatcher })
        {
            return;
        }

        if (dispatcher.CheckAccess())
        {
            // Before the handler sets anything.
            slot.TakeInitializationAlone();
        }
        else
        {
            _handlerMayHaveSet = true;
        }
    }
}
