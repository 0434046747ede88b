using LiveStash.Browser.Tests.Browsing;
using LiveStash.Processes.Tests.Hosting;

namespace LiveStash.Processes.Tests;

/// <summary>One database server and one browser for all. After the other tests, since times are measured here.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessCollection : ICollectionFixture<PostgresFixture>, ICollectionFixture<ChromiumFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "Processes";
}
