using LiveStash.Declaring;

namespace LiveStash.Comparing;

/// <summary>What is known of one property of one owner: the value it had when it was last looked at.</summary>
internal abstract class StashCell(StashProperty property, StashScope scope, bool initializationWins)
{
    private int _failures;
    private int _pass;

    public StashProperty Property { get; } = property;

    public StashScope Scope { get; } = scope;

    public bool InitializationWins { get; } = initializationWins;

    /// <summary>The name of its entry in the stash.</summary>
    public string Entry { get; private set; } = "";

    /// <summary>What was recovered, until it is changed by another than the owner's initialization.</summary>
    public ReadOnlyMemory<byte>? Recovered { get; set; }

    /// <summary>Whether the value is to be told with the next look, also where it has not changed since the last.</summary>
    public bool IsOwed { get; set; }

    /// <summary>What the owner was made with. Kept only where the owner can move to another key.</summary>
    public ReadOnlyMemory<byte>? Initial { get; set; }

    /// <summary>
    /// What the owner has made of an object by itself: what differs from that is the user's. Kept while it initializes itself, and while it
    /// is not known what is saved.
    /// </summary>
    public ReadOnlyMemory<byte>? Made { get; set; }

    /// <summary>Whether it holds an object, which may be changed in place and by more than one.</summary>
    public abstract bool IsObject { get; }

    /// <summary>Whether the present value could not be serialized.</summary>
    public bool IsUnserializable => _failures > 0;

    public void Name(string slot) => Entry = StashNames.Entry(slot, Property.Name, Scope);

    /// <summary>Whether the value differs from that of the last look. The present one is remembered.</summary>
    /// <param name="owner">The object with the property.</param>
    /// <param name="serializer">The app's serializer.</param>
    /// <param name="bytes">The value, if it differs. Valid until the next call for any cell on this thread.</param>
    /// <exception cref="Exception">Whatever the getter or the serializer throws.</exception>
    public abstract bool Look(object owner, IStashSerializer serializer, out ReadOnlySpan<byte> bytes);

    /// <summary>Remembers the present object as the one that the user has changed.</summary>
    public abstract void NoteEdited(object owner);

    /// <summary>Whether the property still has the object that the user has changed.</summary>
    public abstract bool HasEdited(object owner);

    /// <summary>The owner is initialized: no other object can come from that any more.</summary>
    public abstract void ForgetEdited();

    /// <summary>Remembers the present value as looked at.</summary>
    public abstract void Note(object owner, IStashSerializer serializer);

    /// <summary>Takes whatever is there next for a difference.</summary>
    public abstract void Forget();

    /// <summary>Gives the property a value, and remembers it. An object that the user is at stays, and gets what the value has.</summary>
    public abstract void Apply(object owner, IStashSerializer serializer, ReadOnlySpan<byte> bytes);

    /// <summary>The present value.</summary>
    public abstract byte[] Read(object owner, IStashSerializer serializer);

    /// <summary>Whether this look shall pass by: a value that cannot be serialized is tried ever more seldom.</summary>
    public bool Passes(bool isThorough)
    {
        if (_failures == 0 || isThorough || _pass-- <= 0)
        {
            return false;
        }

        return true;
    }

    /// <returns>Whether it is news.</returns>
    public bool Failed()
    {
        _pass = 1 << Math.Min(_failures, 6);
        return ++_failures == 1;
    }

    public void Succeeded() => _failures = 0;
}
