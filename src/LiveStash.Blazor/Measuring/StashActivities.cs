using System.Diagnostics;
using LiveStash.Saving;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace LiveStash.Measuring;

/// <summary>
/// The spans of the web server: one for the recovery with which a circuit starts, one for each save. They are in the context of what
/// is going on, an event or the start of a circuit, and what an engine calls is below them. Nothing is made when nobody listens.
/// </summary>
internal static class StashActivities
{
    /// <summary>As ASP.NET Core's own activities name it.</summary>
    private const string CircuitId = "aspnetcore.components.circuit.id";

    private static readonly ActivitySource Source = new(StashTelemetry.Name);

    /// <summary>The recovery that is under way where this is called, if it is followed.</summary>
    public static ActivityContext Origin => Own?.Context ?? default;

    /// <summary>
    /// A circuit begins to look for what its tab has. Of ASP.NET Core's own activity for the start of a circuit only the id is known,
    /// by which the two are found together: it has ended before anybody is told of the circuit.
    /// </summary>
    public static Activity? Recover(Circuit? circuit) => Source.StartActivity("livestash.recover")?.SetTag(CircuitId, circuit?.Id);

    /// <summary>The recovery has come so far.</summary>
    public static void Mark(string what)
    {
        if (Own is { } activity)
        {
            activity.AddEvent(new(what));
        }
    }

    /// <summary>The circuit goes on, with this status.</summary>
    public static void Recovered(string engine, StashStatus status)
    {
        if (Own is { } activity)
        {
            activity.SetTag(StashTelemetry.Engine, engine).SetTag(StashTelemetry.Status, StashMetrics.Of(status));
            activity.AddEvent(new("attached"));
            activity.SetStatus(status == StashStatus.Error ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
        }
    }

    /// <summary>A save is asked for.</summary>
    /// <param name="origin">Its circuit's <see cref="Origin"/>; linked, where the save is not in the trace of that anyway.</param>
    public static Activity? Save(ActivityContext origin) => !Source.HasListeners() ? null : Source.StartActivity(
        "livestash.save", ActivityKind.Internal, default(ActivityContext), links: origin == default || origin.TraceId == Activity.Current?.TraceId ? null : [new(origin)]);

    /// <summary>The save has its outcome.</summary>
    public static void Saved(string engine, StashDurability? durability, SaveReason reason, StashOutcome outcome)
    {
        if (Own is { } activity)
        {
            activity
                .SetTag(StashTelemetry.Engine, engine)
                .SetTag(StashTelemetry.Durability, StashTelemetry.Of(durability))
                .SetTag(StashTelemetry.Reason, StashMetrics.Of(reason))
                .SetTag(StashTelemetry.Outcome, StashTelemetry.Of(outcome))
                .SetStatus(outcome == StashOutcome.Ok ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
        }
    }

    /// <summary>The span that is open where this is called.</summary>
    private static Activity? Own => Activity.Current is { } current && ReferenceEquals(current.Source, Source) ? current : null;
}
