using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Showcase.Itineraries;

/// <summary>A record with all that a serializer can stumble over: lists of lists, a dictionary, an enum, an offset, a decimal, null.</summary>
public sealed record Itinerary(
    string Traveller,
    CabinClass Cabin,
    DateTimeOffset Departure,
    decimal Fare,
    string? Remark,
    IReadOnlyList<Leg> Legs,
    IReadOnlyDictionary<string, int> Bags)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>What the page starts with.</summary>
    public static Itinerary Sample { get; } = new(
        "Ida Lindqvist",
        CabinClass.Second,
        new DateTimeOffset(2026, 3, 14, 7, 45, 0, TimeSpan.FromHours(1)),
        129.90m,
        Remark: null,
        [new("Malmö", "Hamburg", [41, 42]), new("Hamburg", "Zürich", [7])],
        new Dictionary<string, int>(StringComparer.Ordinal) { ["suitcase"] = 1, ["rucksack"] = 2 });

    /// <summary>The same with every member changed.</summary>
    public Itinerary Next() => new(
        Traveller == Sample.Traveller ? "Zoë Ångström" : Sample.Traveller,
        (CabinClass)(((int)Cabin + 1) % Enum.GetValues<CabinClass>().Length),
        Departure.AddDays(1).ToOffset(Departure.Offset == TimeSpan.Zero ? TimeSpan.FromHours(1) : TimeSpan.Zero),
        Fare + 10.05m,
        Remark is null ? "Window seat, \"quiet\" coach" : null,
        [.. Legs.Select(leg => leg with { Seats = [.. leg.Seats, leg.Seats[^1] + 1] })],
        Bags.ToDictionary(bag => bag.Key, bag => bag.Value + 1, StringComparer.Ordinal));

    /// <summary>As the page shows it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
