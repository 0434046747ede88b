using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Measuring;

/// <summary>A factory of meters as a host has it, of the test's own.</summary>
internal static class Meters
{
    public static IMeterFactory Create() => new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
}
