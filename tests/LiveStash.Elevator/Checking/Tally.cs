namespace LiveStash.Elevator.Checking;

/// <summary>What was counted of all tabs together.</summary>
internal sealed record Tally
{
    /// <summary>States that pages were told are saved.</summary>
    public int Acknowledged { get; init; }

    /// <summary>Fields whose acknowledged text did not come back.</summary>
    public int Lost { get; init; }

    /// <summary>Fields that showed less than was saved, on a page that took input and did not say Error.</summary>
    public int Wrong { get; init; }

    /// <summary>Texts where they do not belong.</summary>
    public int Foreign { get; init; }

    /// <summary>What was typed over on a page that said Error.</summary>
    public int TypedOverInError { get; init; }

    /// <summary>What was typed and not taken, the document being about to go.</summary>
    public int NotTaken { get; init; }

    /// <summary>How often somebody had to load the page again, since an error of the proxy stood in its place.</summary>
    public int ErrorPages { get; init; }

    /// <summary>What was lost, wrong or foreign, for people.</summary>
    public IReadOnlyList<string> What { get; init; } = [];

    /// <summary>Errors of a server's own that stood in a page's place.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>Whether it is as promised. A text where it does not belong is excused by nothing.</summary>
    /// <param name="nothingIsLost">Whether that was promised.</param>
    public bool IsKept(bool nothingIsLost) => Foreign == 0 && (!nothingIsLost || Lost + Wrong == 0);
}
