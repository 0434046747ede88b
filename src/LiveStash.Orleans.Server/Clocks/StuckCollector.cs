using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace LiveStash.Orleans.Server.Clocks;

/// <summary>
/// Orleans' collector of idle activations remembers how far the clock was, and takes none that is to be collected before: after the clock
/// went back by an hour no grain starts on that silo for almost as long ("The earliest collection that can be scheduled from now is
/// for ..."). Orleans gives no way to tell it; a newer one may call its field something else, and is left alone then.
/// </summary>
internal static class StuckCollector
{
    private static readonly Type? Collector = typeof(Silo).Assembly.GetType("Orleans.Runtime.ActivationCollector");
    private static readonly FieldInfo? Next = Collector?.GetField("_nextTicketTicks", BindingFlags.Instance | BindingFlags.NonPublic);

    /// <summary>Has it go on from the present.</summary>
    /// <param name="services">The silo's.</param>
    /// <returns>Whether that is done.</returns>
    public static bool TryFree(IServiceProvider services)
    {
        if (Next?.FieldType != typeof(long) || services.GetService(Collector!) is not { } collector)
        {
            return false;
        }

        var time = services.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.ActivationManagement);
        var quantum = services.GetRequiredService<IOptions<GrainCollectionOptions>>().Value.CollectionQuantum.Ticks;
        var next = (((time.GetUtcNow().UtcTicks - 1) / quantum) + 1) * quantum;
        if ((long)Next.GetValue(collector)! > next)
        {
            Next.SetValue(collector, next);
        }

        return true;
    }
}
