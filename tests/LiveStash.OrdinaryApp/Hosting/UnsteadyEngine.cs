using LiveStash;

namespace OrdinaryApp.Hosting;

/// <summary>The in-process engine, which cannot be reached while the switch is off.</summary>
internal sealed class UnsteadyEngine(IStashEngine engine, Switch network) : IStashEngine
{
    public const string Name = "unsteady";

    public static IStashEngine Create(IServiceProvider services) =>
        new UnsteadyEngine(services.GetRequiredKeyedService<IStashEngine>(StashEngineNames.Memory), services.GetRequiredService<Switch>());

    public ValueTask<StashOpenResult> OpenAsync(StashId id, StashOpenMode mode, StashTerms terms, CancellationToken cancellationToken = default) =>
        network.Asks() ? engine.OpenAsync(id, mode, terms, cancellationToken) : new(new StashOpenResult(StashOutcome.Unavailable));

    public ValueTask<StashResult> WriteAsync(StashId id, StashWrite write, CancellationToken cancellationToken = default) =>
        network.Asks() ? engine.WriteAsync(id, write, cancellationToken) : new(new StashResult(StashOutcome.Unavailable));

    public ValueTask<StashResult> TouchAsync(StashId id, long epoch, StashTerms terms, CancellationToken cancellationToken = default) =>
        network.Asks() ? engine.TouchAsync(id, epoch, terms, cancellationToken) : new(new StashResult(StashOutcome.Unavailable));

    public ValueTask<StashResult> ClearAsync(StashId id, long epoch, CancellationToken cancellationToken = default) =>
        network.Asks() ? engine.ClearAsync(id, epoch, cancellationToken) : new(new StashResult(StashOutcome.Unavailable));
}
