namespace LiveStash.Tests.Testing.Engines;

/// <summary>Without a fault, also after one, it is an engine like any other.</summary>
public sealed class FaultyStashEngineConformanceTests : StashEngineConformance
{
    protected override ValueTask<IStashEngine> CreateEngineAsync()
    {
        var engine = new FaultyStashEngine(Time);
        engine.LoseEverything();
        return new(engine);
    }
}
