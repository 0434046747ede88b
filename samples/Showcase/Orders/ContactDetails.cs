using System.ComponentModel.DataAnnotations;

namespace Showcase.Orders;

/// <summary>The first step: whom to write to.</summary>
public sealed class ContactDetails
{
    /// <summary>Full name.</summary>
    [Required(ErrorMessage = "Tell us your name.")]
    [StringLength(80, ErrorMessage = "At most 80 characters.")]
    public string? Name { get; set; }

    /// <summary>Where the confirmation goes.</summary>
    [Required(ErrorMessage = "Tell us your e-mail address.")]
    [EmailAddress(ErrorMessage = "This is not an e-mail address.")]
    [StringLength(120, ErrorMessage = "At most 120 characters.")]
    public string? Email { get; set; }

    /// <summary>For the carrier.</summary>
    [Phone(ErrorMessage = "This is not a telephone number.")]
    [StringLength(30, ErrorMessage = "At most 30 characters.")]
    public string? Phone { get; set; }
}
