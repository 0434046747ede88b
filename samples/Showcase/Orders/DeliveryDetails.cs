using System.ComponentModel.DataAnnotations;

namespace Showcase.Orders;

/// <summary>The second step: where to, and how fast.</summary>
public sealed class DeliveryDetails
{
    /// <summary>Street and number.</summary>
    [Required(ErrorMessage = "Tell us the street and number.")]
    [StringLength(120, ErrorMessage = "At most 120 characters.")]
    public string? Street { get; set; }

    /// <summary>Postal code.</summary>
    [Required(ErrorMessage = "Tell us the postal code.")]
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9 -]{2,9}", ErrorMessage = "3 to 10 letters and digits.")]
    public string? PostalCode { get; set; }

    /// <summary>City.</summary>
    [Required(ErrorMessage = "Tell us the city.")]
    [StringLength(80, ErrorMessage = "At most 80 characters.")]
    public string? City { get; set; }

    /// <summary>Where deliveries go.</summary>
    public static IReadOnlyList<string> Countries { get; } = ["Sweden", "Denmark", "Germany", "Switzerland"];

    /// <summary>One of <see cref="Countries"/>.</summary>
    public string Country { get; set; } = Countries[0];

    /// <summary>How fast.</summary>
    public DeliverySpeed Speed { get; set; } = DeliverySpeed.Standard;

    /// <summary>For the carrier.</summary>
    [StringLength(500, ErrorMessage = "At most 500 characters.")]
    public string? Note { get; set; }
}
