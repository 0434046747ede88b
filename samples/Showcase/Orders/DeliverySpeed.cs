namespace Showcase.Orders;

/// <summary>How fast an order comes.</summary>
public enum DeliverySpeed
{
    /// <summary>By train and van.</summary>
    Standard,

    /// <summary>By courier.</summary>
    Express,
}
