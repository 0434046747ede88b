namespace LiveStash.Watching;

/// <summary>The slot of what is not kept.</summary>
internal sealed class AbsentSlot : IStashSlot
{
    public static readonly AbsentSlot Instance = new();

    private static readonly Task<StashSaveResult> NotKept = Task.FromResult(new StashSaveResult(StashOutcome.Unavailable, Detail: "This object has no [Stash] properties that are kept, or there is no live circuit."));

    public StashStatus Status => StashStatus.New;

    public IReadOnlyList<string> DroppedProperties => [];

    public Task<StashSaveResult> StashAsync() => NotKept;

    public Task<StashSaveResult> ResetAsync() => NotKept;

    public bool TryGetSaved<T>(string property, out T? value)
    {
        value = default;
        return false;
    }

    public void Dispose()
    {
    }
}
