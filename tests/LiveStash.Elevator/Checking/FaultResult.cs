using LiveStash.Elevator.Faults;

namespace LiveStash.Elevator.Checking;

/// <summary>What one fault did to the tabs.</summary>
internal sealed record FaultResult(Fault Fault, bool IsPromised, double From, double To)
{
    /// <summary>States that pages were told are saved while it lasted.</summary>
    public int Acknowledged { get; init; }

    /// <summary>Fields whose acknowledged text did not come back.</summary>
    public int Lost { get; init; }

    /// <summary>Fields that showed less than was saved and came right by themselves.</summary>
    public int Wrong { get; init; }

    /// <summary>Texts where they do not belong.</summary>
    public int Foreign { get; init; }

    /// <summary>What was typed over on a page that said Error.</summary>
    public int TypedOverInError { get; init; }

    /// <summary>What was typed and not taken, the document being about to go.</summary>
    public int NotTaken { get; init; }

    /// <summary>How often somebody had to load the page again, since an error of the proxy stood in its place.</summary>
    public int ErrorPages { get; init; }

    /// <summary>Of each tab that was gone: how long until it showed the right texts and took input, in milliseconds.</summary>
    public IReadOnlyList<double> Gone { get; init; } = [];

    /// <summary>Of each tab: the longest time without anything being saved, in milliseconds.</summary>
    public IReadOnlyList<double> Unsaved { get; init; } = [];

    /// <summary>What is wrong, for people.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Whether the promise was kept.</summary>
    public bool IsKept => !IsPromised || (Lost + Wrong + Foreign == 0 && Problems.Count == 0);
}
