using LiveStash.Browser.Tests.Hosting;

namespace LiveStash.Browser.Tests;

/// <summary>The collection of tests on one server in which visitors come, go and come back.</summary>
[CollectionDefinition(nameof(Visits))]
public sealed class Visits : ICollectionFixture<SharedServer>;
