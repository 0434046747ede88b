using LiveStash.Browser.Tests.Browsing;
using LiveStash.Orleans.Tests.Processes.Hosting;

namespace LiveStash.Orleans.Tests.Processes;

/// <summary>One database server and one browser for all. After the other tests, since times are measured here.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessCollection : ICollectionFixture<PostgresServer>, ICollectionFixture<ChromiumFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "Processes";
}
