namespace LiveStash;

/// <summary>
/// Marks a parameter whose value tells several instances of one component type apart, as an order line's id does. It has to be
/// the same after a recovery. When the parent gives a living instance another value, the instance moves to that key's state.
/// Route values of a page are part of its key without this.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class StashKeyAttribute : Attribute;
