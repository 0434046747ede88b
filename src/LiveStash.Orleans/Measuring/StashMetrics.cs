using System.Diagnostics.Metrics;
using LiveStash.Measuring;

namespace LiveStash.Orleans.Measuring;

/// <summary>The instruments of the calling side: what it had to send more than once. Safe for concurrent use.</summary>
internal sealed class StashMetrics
{
    private readonly Counter<long> _retries;
    private readonly Counter<long> _hedges;
    private readonly Counter<long> _exhausted;

    public StashMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(StashTelemetry.Name);
        _retries = meter.CreateCounter<long>("livestash.client.retries", "{call}", "Calls that were sent again after a rejection.");
        _hedges = meter.CreateCounter<long>("livestash.client.hedges", "{call}", "Copies of calls that were taking long.");
        _exhausted = meter.CreateCounter<long>("livestash.client.withheld", "{call}", "Calls that were not sent again, since the budget for that was used up.");
    }

    /// <summary>A call was sent again.</summary>
    /// <param name="operation">Of the engine.</param>
    /// <param name="isCopy">Whether the one before it is still under way.</param>
    public void Repeated(string operation, bool isCopy) =>
        (isCopy ? _hedges : _retries).Add(1, new KeyValuePair<string, object?>(StashTelemetry.Operation, operation));

    /// <summary>A call would have been sent again, and was not.</summary>
    public void Withheld(string operation) => _exhausted.Add(1, new KeyValuePair<string, object?>(StashTelemetry.Operation, operation));
}
