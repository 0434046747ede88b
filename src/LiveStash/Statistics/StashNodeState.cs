namespace LiveStash.Statistics;

/// <summary>How a node has answered.</summary>
internal enum StashNodeState
{
    Answers,

    /// <summary>Not in time, or not at all.</summary>
    Silent,

    /// <summary>It is of a version that has no statistics.</summary>
    WithoutStatistics,
}
