using System.Globalization;

namespace Showcase.Orders;

/// <summary>What is ordered, and what it costs.</summary>
public static class Basket
{
    /// <summary>The price of one bag.</summary>
    public const decimal UnitPrice = 89.00m;

    /// <summary>The largest number of bags in one order.</summary>
    public const int MaxQuantity = 9;

    /// <summary>The price of the delivery.</summary>
    public static decimal Delivery(DeliverySpeed speed) => speed == DeliverySpeed.Express ? 14.50m : 4.90m;

    /// <summary>The price of everything.</summary>
    public static decimal Total(int quantity, DeliverySpeed speed) => (UnitPrice * quantity) + Delivery(speed);

    /// <summary>An amount as the form shows it.</summary>
    public static string Format(decimal amount) => "€ " + amount.ToString("N2", CultureInfo.InvariantCulture);
}
