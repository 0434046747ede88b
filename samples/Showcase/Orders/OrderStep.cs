namespace Showcase.Orders;

/// <summary>The steps of the order form, in order.</summary>
public enum OrderStep
{
    /// <summary>Whom to write to.</summary>
    Contact,

    /// <summary>Where to.</summary>
    Delivery,

    /// <summary>All of it again.</summary>
    Review,
}
