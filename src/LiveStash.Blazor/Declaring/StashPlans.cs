using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LiveStash.Declaring;

/// <summary>
/// Which properties of which types this app can keep: not those whose values its serializer could not read back. In Development
/// one of these is an exception where the type is first used; elsewhere it is left out, with one line in the log.
/// </summary>
internal sealed partial class StashPlans(IStashSerializer serializer, ILogger<StashPlans> logger, IHostEnvironment? environment = null)
{
    private readonly ConcurrentDictionary<StashPlan, IReadOnlySet<string>> _left = new();

    public bool IsDevelopment => environment?.IsDevelopment() == true;

    /// <summary>The names of the properties that are left out.</summary>
    public IReadOnlySet<string> LeftOut(StashPlan plan) => _left.GetOrAdd(plan, Find);

    private IReadOnlySet<string> Find(StashPlan plan)
    {
        var left = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in plan.Properties)
        {
            if (serializer.FindUnreadable(property.Type) is not { } reason)
            {
                continue;
            }

            if (IsDevelopment)
            {
                throw new InvalidOperationException($"[Stash] property {plan.TypeName}.{property.Name} could be saved but not read back: {reason}.");
            }

            LogUnreadable(plan.TypeName, property.Name, reason);
            left.Add(property.Name);
        }

        return left.ToFrozenSet(StringComparer.Ordinal);
    }

    [LoggerMessage(1800, LogLevel.Error, "[Stash] property {Type}.{Property} is not kept: it could be saved but not read back. {Reason}.")]
    private partial void LogUnreadable(string type, string property, string reason);
}
