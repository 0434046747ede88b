namespace LiveStash.Dashboard;

/// <summary>
/// What the page shows. Rates are a second and of the last minute, percentiles in seconds and of the last five; series have a number
/// for each bucket of the hour, <see langword="null"/> where nothing is known. Number is that of the bucket with which they end, and
/// Step the length of a bucket in seconds.
/// </summary>
internal sealed record DashboardData(long Number, double Step, DashboardStashes Stashes, DashboardPages Pages);

/// <summary>
/// Where stashes live: all nodes together, and each. HasSilos tells whether there is an engine with nodes of its own, and Answers
/// whether they could be asked. Lag is in seconds, Size in bytes.
/// </summary>
internal sealed record DashboardStashes(
    bool HasSilos, bool Answers, DashboardNode All, double?[] Count, double?[] Size, double?[] Opens, double?[] Saves, double?[] Lag, IReadOnlyList<DashboardNode> Nodes);

/// <summary>
/// A node, or all. State is as <see cref="Statistics.StashNodeState"/> has it, in lower case; Lost is of the hour; Lag is how long the
/// oldest stash has waited that storage has to have and does not; Trend is saves a second over the hour.
/// </summary>
internal sealed record DashboardNode(
    string Name, string Address, string State, double? Stashes, double? Size, double? Opens, double? Saves, DashboardLatency Open, DashboardLatency Save,
    double? Unstored, double? Lag, long Lost, double?[] Trend);

/// <summary>In seconds.</summary>
internal sealed record DashboardLatency(double? P50, double? P95);

/// <summary>
/// What the pages of this server meet: with all engines together, and with each. A save lasts until the page is told, and an open,
/// of circuits that recovered, until what was saved is at hand.
/// </summary>
internal sealed record DashboardPages(
    double? Circuits, double? Waiting, DashboardEngine All, DashboardOpened Opened, double?[] Saved, double?[] NotSaved,
    double?[] SaveP50, double?[] SaveP95, double?[] OpenP50, double?[] OpenP95, IReadOnlyList<DashboardEngine> Engines);

/// <summary>Circuits that started within each bucket, by status.</summary>
internal sealed record DashboardOpened(double?[] New, double?[] Recovered, double?[] NotFound, double?[] Error);

/// <summary>An engine as the pages of this server meet it, or all. What is no rate and no latency is counted over the hour.</summary>
internal sealed record DashboardEngine(
    string Name, double? Opens, double? Saves, long New, long Recovered, long NotFound, long Error, long NotSaved, DashboardLatency Open, DashboardLatency Save, double?[] Trend);
