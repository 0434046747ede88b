using LiveStash.Packages.Tests.Hosting;

namespace LiveStash.Packages.Tests;

/// <summary>All tests share one set of packages and apps.</summary>
[CollectionDefinition(Name)]
public sealed class NewAppsCollection : ICollectionFixture<NewApps>
{
    public const string Name = "new apps";
}
