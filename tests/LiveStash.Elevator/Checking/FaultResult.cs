using LiveStash.Elevator.Faults;

namespace LiveStash.Elevator.Checking;

/// <summary>What one fault did to the tabs.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="IsPromised">Whether nothing may be lost by it.</param>
/// <param name="From">When it began, in milliseconds since 1970.</param>
/// <param name="To">When all was well again.</param>
/// <param name="Tally">What was counted, from the fault before until the next one.</param>
internal sealed record FaultResult(Fault Fault, bool IsPromised, double From, double To, Tally Tally)
{
    /// <summary>Of each tab that was gone: how long until it showed the right texts and took input, in milliseconds.</summary>
    public IReadOnlyList<double> Gone { get; init; } = [];

    /// <summary>Of each tab: the longest time without anything being saved, in milliseconds.</summary>
    public IReadOnlyList<double> Unsaved { get; init; } = [];

    /// <summary>What no promise excuses: a fault that could not be made, a node or a page that did not come back.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Whether the promise was kept.</summary>
    public bool IsKept => Problems.Count == 0 && Tally.IsKept(IsPromised);
}
