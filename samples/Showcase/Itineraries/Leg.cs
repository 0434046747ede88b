namespace Showcase.Itineraries;

/// <summary>One train of an itinerary, with the reserved seats.</summary>
public sealed record Leg(string From, string To, IReadOnlyList<int> Seats);
