namespace LiveStash.Browser.Tests;

/// <summary>The collection of those tests that no other may run beside.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
