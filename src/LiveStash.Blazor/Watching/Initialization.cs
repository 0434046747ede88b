using LiveStash.Comparing;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Watching;

/// <summary>
/// The initialization of one component, over all its awaits. It goes with the flow of execution, so that what it sets is known from what
/// others change in between, whatever wakes it up: an answer of JavaScript, for example, comes in as an event does.
/// </summary>
internal sealed class Initialization(SlotWatch watch, StashSlot slot, Dispatcher dispatcher)
{
    private static readonly AsyncLocal<Initialization?> Present = new(static change =>
    {
        change.PreviousValue?.Pauses();
        change.CurrentValue?.GoesOn();
    });

    private Initialization? _around;

    /// <summary>Whether the initialization of the slot's owner is what runs now.</summary>
    public static bool Runs(StashSlot slot) => Present.Value?.Slot == slot;

    private StashSlot Slot => slot;

    public void Begins() => (_around, Present.Value) = (Present.Value, this);

    /// <summary>It is over, or waits for the first time.</summary>
    public void Returns() => Present.Value = _around;

    private void GoesOn()
    {
        if (slot.Loading == 0)
        {
            return;
        }

        if (dispatcher.CheckAccess())
        {
            watch.InitializationGoesOn(slot);
        }
        else
        {
            slot.IsSetElsewhere = true;
        }
    }

    private void Pauses()
    {
        if (slot.Loading == 0)
        {
            return;
        }

        if (dispatcher.CheckAccess())
        {
            slot.TakeInitialization();
        }
        else
        {
            slot.IsSetElsewhere = true;
        }
    }
}
