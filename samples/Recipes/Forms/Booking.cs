using System.ComponentModel.DataAnnotations;

namespace Recipes.Forms;

public sealed class Booking
{
    [Required]
    public string Name { get; set; } = "";

    [Required, EmailAddress]
    public string Mail { get; set; } = "";

    public string Room { get; set; } = "single";

    public DateOnly Arrival { get; set; } = new(2030, 6, 1);

    public bool Breakfast { get; set; }
}
