namespace LiveStash.Watching;

/// <summary>The slot of what is not kept.</summary>
internal sealed class AbsentSlot : IStashSlot
{
    /// <summary>What becomes of a save there.</summary>
    public static readonly StashSaveResult NotKept = new(StashOutcome.Unavailable, Detail: "There is no live circuit, or this object has no [Stash] properties that are kept.");

    private static readonly AbsentSlot New = new(StashStatus.New);
    private static readonly AbsentSlot Error = new(StashStatus.Error);

    private AbsentSlot(StashStatus status) => Status = status;

    public StashStatus Status { get; }

    public IReadOnlyList<string> DroppedProperties => [];

    public bool HasSaved => false;

    public static AbsentSlot Of(StashStatus status) => status == StashStatus.Error ? Error : New;

    public Task<StashSaveResult> StashAsync() => Task.FromResult(NotKept);

    public Task<StashSaveResult> ResetAsync() => Task.FromResult(NotKept);

    public bool TryGetSaved<T>(string property, out T? value)
    {
        value = default;
        return false;
    }

    public void Dispose()
    {
    }
}
