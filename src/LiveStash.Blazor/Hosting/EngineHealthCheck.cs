using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace LiveStash.Hosting;

/// <summary>
/// Whether what pages save has a place to go, and is found again: the host's engine answers in time, and the key ring is kept
/// somewhere. It asks for a stash that nobody has, always the same one, so that nothing is made and nothing gathers.
/// </summary>
internal sealed class EngineHealthCheck(IServiceScopeFactory scopes, KeyRing keys, TimeProvider time, IOptions<LiveStashOptions> options) : IHealthCheck
{
    private readonly StashId _nobodys = StashId.New();

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (await AskAsync(cancellationToken) is { } failure)
        {
            return new(context.Registration.FailureStatus, failure);
        }

        return keys.MayBeLost
            ? HealthCheckResult.Degraded("The app does not say where its Data Protection key ring is kept: with the next deployment nothing is recovered.")
            : HealthCheckResult.Healthy();
    }

    /// <returns>What is wrong; <see langword="null"/> when the engine has answered.</returns>
    private async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        // The browser's part is nobody's to ask outside of a circuit, and the page's own affair.
        var name = options.Value.Engine;
        name = name.EndsWith(StashEngineNames.BrowserFallbackSuffix, StringComparison.Ordinal) ? name[..^StashEngineNames.BrowserFallbackSuffix.Length] : name;
        if (name == StashEngineNames.Browser)
        {
            return null;
        }

        // From before it is asked: what it does until it first waits counts.
        using var timeout = new CancellationTokenSource(options.Value.EngineTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // Not awaited when it is over: an engine that hangs may hold it.
            var scope = scopes.CreateAsyncScope();
            var outcome = await AskAsync(scope, name, cancellationToken).WaitAsync(either.Token);
            return outcome == StashOutcome.Unavailable ? $"The engine '{name}' cannot be reached." : null;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return $"The engine '{name}' does not answer within {options.Value.EngineTimeout.TotalSeconds:0.###} s.";
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return $"The engine '{name}' failed ({exception.GetType().Name}).";
        }
    }

    private async Task<StashOutcome> AskAsync(AsyncServiceScope scope, string name, CancellationToken cancellationToken)
    {
        await using (scope)
        {
            var engine = scope.ServiceProvider.GetRequiredKeyedService<IStashEngine>(name);
            return (await engine.OpenAsync(_nobodys, StashOpenMode.Read, new(options.Value.TimeToLive), cancellationToken)).Outcome;
        }
    }
}
