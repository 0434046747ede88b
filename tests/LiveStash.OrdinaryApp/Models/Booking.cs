using System.ComponentModel.DataAnnotations;

namespace OrdinaryApp.Models;

public sealed class Booking
{
    [Required]
    public string Name { get; set; } = "";

    [Required]
    [EmailAddress]
    public string Mail { get; set; } = "";

    public string Note { get; set; } = "";

    public string Size { get; set; } = "small";

    public bool IsExpress { get; set; }

    public string Colour { get; set; } = "red";

    public DateOnly Day { get; set; } = new(2030, 1, 1);

    public string Search { get; set; } = "";
}
