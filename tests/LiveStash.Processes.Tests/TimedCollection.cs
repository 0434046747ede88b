using LiveStash.Processes.Tests.Hosting;

namespace LiveStash.Processes.Tests;

/// <summary>Tests that measure times, one after the other, when the other tests are over.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TimedCollection : ICollectionFixture<PostgresFixture>, ICollectionFixture<BrowserFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "Timed";
}
