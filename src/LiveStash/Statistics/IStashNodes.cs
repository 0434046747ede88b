namespace LiveStash.Statistics;

/// <summary>An engine whose stashes live on nodes of their own, and which can ask them for their last hour.</summary>
internal interface IStashNodes
{
    /// <summary>The name of the engine.</summary>
    string Engine { get; }

    /// <summary>
    /// Asks all nodes that are there. Answers within a few seconds, also where nodes do not; an <see cref="Exception"/> where nobody can
    /// be asked.
    /// </summary>
    ValueTask<IReadOnlyList<StashNode>> ReadAsync(CancellationToken cancellationToken);
}
