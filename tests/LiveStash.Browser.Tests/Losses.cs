using LiveStash.Browser.Tests.Hosting;

namespace LiveStash.Browser.Tests;

/// <summary>The collection of tests on one server that take connections and circuits away from their pages.</summary>
[CollectionDefinition(nameof(Losses))]
public sealed class Losses : ICollectionFixture<SharedServer>;
