using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Orleans.Tests.Engines;

/// <summary>The contract of every engine, against two silos and a client, with the durability as the silos' default.</summary>
public abstract class OrleansEngineConformanceTests(OrleansEngineConformanceTests.Fixture fixture) : StashEngineConformance(fixture.Time)
{
    /// <summary>An engine that sends no copies: the grain knows the latest opens only, so that an old copy of one raises the epoch once more.</summary>
    protected override ValueTask<IStashEngine> CreateEngineAsync() => new(fixture.Cluster.ClientEngine(time: new SlowClock()));

    public abstract class Fixture(StashDurability durability) : IAsyncLifetime
    {
        public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));

        internal StashCluster Cluster { get; private set; } = null!;

        public async Task InitializeAsync() =>
            Cluster = await StashCluster.StartAsync(silos: 2, options => options.DefaultDurability = durability, Time);

        public async Task DisposeAsync() => await Cluster.DisposeAsync();
    }
}

/// <summary>In memory.</summary>
[Trait("Category", "Smoke")]
public sealed class MemoryConformanceTests(MemoryConformanceTests.InMemory fixture)
    : OrleansEngineConformanceTests(fixture), IClassFixture<MemoryConformanceTests.InMemory>
{
    public sealed class InMemory() : Fixture(StashDurability.Memory);
}

/// <summary>Flushed to storage.</summary>
public sealed class WriteBehindConformanceTests(WriteBehindConformanceTests.WrittenBehind fixture)
    : OrleansEngineConformanceTests(fixture), IClassFixture<WriteBehindConformanceTests.WrittenBehind>
{
    public sealed class WrittenBehind() : Fixture(StashDurability.WriteBehind);
}

/// <summary>Written through to storage.</summary>
public sealed class WriteThroughConformanceTests(WriteThroughConformanceTests.WrittenThrough fixture)
    : OrleansEngineConformanceTests(fixture), IClassFixture<WriteThroughConformanceTests.WrittenThrough>
{
    public sealed class WrittenThrough() : Fixture(StashDurability.WriteThrough);
}
