using System.Security.Cryptography;
using System.Text.Json;
using LiveStash;
using Microsoft.AspNetCore.Components;
using Showcase.Orders;
using Showcase.Parts;

namespace Showcase.Pages;

/// <summary>An order in three steps, kept for the tab after each keystroke.</summary>
public sealed partial class OrderFormPage : ShowcasePage
{
    private static readonly string Pristine = Fingerprint(new(), new(), new(), OrderStep.Contact, 1);

    private ElementReference _heading;
    private string? _orderNumber;
    private string? _buyer;
    private bool _askToCheck;
    private bool _focusHeading;

    [Stash]
    private ContactDetails Contact { get; set; } = new();

    [Stash]
    private DeliveryDetails Delivery { get; set; } = new();

    [Stash]
    private ReviewDetails Review { get; set; } = new();

    [Stash]
    private OrderStep Step { get; set; }

    [Stash]
    private int Quantity { get; set; } = 1;

    /// <inheritdoc />
    protected override StashScope DefaultScope => StashScope.Tab;

    /// <inheritdoc />
    protected override bool DefaultAuto => true;

    /// <summary>A fingerprint of all that was entered; empty when nothing was.</summary>
    protected override string CurrentValue => Fingerprint(Contact, Delivery, Review, Step, Quantity) is var print && print != Pristine ? print : "";

    private object StepModel => Step switch
    {
        OrderStep.Contact => Contact,
        OrderStep.Delivery => Delivery,
        _ => Review,
    };

    private string Heading => Step switch
    {
        OrderStep.Contact => "Who is it for?",
        OrderStep.Delivery => "Where does it go?",
        _ => "Is everything right?",
    };

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focusHeading)
        {
            _focusHeading = false;
            await _heading.FocusAsync();
        }
    }

    private static string DescribeSpeed(DeliverySpeed speed) =>
        $"{speed}, {(speed == DeliverySpeed.Express ? "tomorrow" : "3 to 5 days")}, {Basket.Format(Basket.Delivery(speed))}";

    private static string Fingerprint(ContactDetails contact, DeliveryDetails delivery, ReviewDetails review, OrderStep step, int quantity) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { contact, delivery, review, step, quantity })))[..16];

    // A method for all of them, not a lambda for each: it stays the same handler from render to render; see TextField.
    private void ChooseSpeed(ChangeEventArgs args) => Delivery.Speed = Enum.Parse<DeliverySpeed>((string)args.Value!);

    private void GoTo(OrderStep step)
    {
        Step = step;
        _askToCheck = false;
        _focusHeading = true;
    }

    private async Task NextAsync()
    {
        if (Step != OrderStep.Review)
        {
            GoTo(Step + 1);
            return;
        }

        // Not stashed: whoever comes back after this finds an empty form, not an order to send twice.
        _orderNumber = "LS-" + RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 6);
        _buyer = Contact.Name;
        (Contact, Delivery, Review, Quantity) = (new(), new(), new(), 1);
        GoTo(OrderStep.Contact);
        await ResetAsync();
    }

    private void OrderAnother()
    {
        _orderNumber = null;
        _focusHeading = true;
    }
}
