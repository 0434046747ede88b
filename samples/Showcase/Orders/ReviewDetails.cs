using System.ComponentModel.DataAnnotations;

namespace Showcase.Orders;

/// <summary>The last step: consent.</summary>
public sealed class ReviewDetails
{
    /// <summary>Whether the buyer accepts the terms.</summary>
    [Range(typeof(bool), "true", "true", ErrorMessage = "We need your consent to take the order.")]
    public bool AcceptsTerms { get; set; }
}
