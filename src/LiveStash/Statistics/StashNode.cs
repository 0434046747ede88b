namespace LiveStash.Statistics;

/// <summary>A node on which stashes live.</summary>
/// <param name="Key">Tells it from all others, also from one of before at the same place.</param>
/// <param name="Name">For people.</param>
/// <param name="Address">Where it is; empty for this process.</param>
/// <param name="State">How it has answered.</param>
/// <param name="Window">Its last hour, where it has.</param>
internal sealed record StashNode(string Key, string Name, string Address, StashNodeState State, StatisticsWindow? Window);
