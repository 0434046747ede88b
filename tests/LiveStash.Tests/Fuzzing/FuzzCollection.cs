namespace LiveStash.Tests.Fuzzing;

/// <summary>Runs after all other tests and alone, so that what an input costs is what is measured.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FuzzCollection
{
    /// <summary>The collection's name.</summary>
    public const string Name = "Fuzzing";
}
