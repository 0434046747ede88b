namespace LiveStash;

/// <summary>Tells that an <see cref="IStashEngine"/> is registered as a keyed service. Resolve all of them to list the engines of a host.</summary>
/// <param name="Name">The key of the service, and the value for <see cref="LiveStashOptions.Engine"/>.</param>
public sealed record StashEngineRegistration(string Name);
