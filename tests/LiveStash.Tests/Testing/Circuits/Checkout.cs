using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace LiveStash.Tests.Testing.Circuits;

/// <summary>A form as an app has it: what is stashed is private, a child edits a part of it, and a service has the cart.</summary>
[Route("/checkout")]
internal class Checkout : ComponentBase, IStashRecovered
{
    [Stash]
    private string Email { get; set; } = "";

    [Stash]
    private Address Address { get; set; } = new();

    [Stash(Scope = StashScope.Tab)]
    private int? Step { get; set; }

    [Inject]
    private IStash Stash { get; set; } = default!;

    public string? InOnInitialized { get; private set; }

    public int Recoveries { get; private set; }

    public StashStatus Status => Stash.For(this).Status;

    public void OnStashRecovered() => Recoveries++;

    protected override void OnInitialized()
    {
        InOnInitialized = Email;
        Stash.Saved += _ => StateHasChanged();
    }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "input");
        builder.AddAttribute(1, "id", "email");
        builder.AddAttribute(2, "value", Email);
        builder.AddAttribute(3, "onchange", EventCallback.Factory.CreateBinder(this, value => Email = value ?? "", Email));
        builder.CloseElement();
        builder.OpenElement(4, "button");
        builder.AddAttribute(5, "onclick", EventCallback.Factory.Create(this, () => Step = (Step ?? 0) + 1));
        builder.AddContent(6, Step);
        builder.CloseElement();
        builder.OpenComponent<AddressFields>(7);
        builder.AddComponentParameter(8, nameof(AddressFields.Address), Address);
        builder.CloseComponent();
        builder.OpenElement(9, "p");
        builder.AddContent(10, $"{Status}, {(Stash.HasUnsavedChanges ? "unsaved" : "saved")} {Stash.AcknowledgedWrites}");
        builder.CloseElement();
    }
}

internal sealed class Address
{
    public string Street { get; set; } = "";
}

/// <summary>A child without anything stashed, that changes what its parent has given it, and tells it nothing.</summary>
internal sealed class AddressFields : ComponentBase
{
    [Parameter]
    public Address Address { get; set; } = default!;

    [Inject]
    private IServiceProvider Services { get; set; } = default!;

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "input");
        builder.AddAttribute(1, "id", "street");
        builder.AddAttribute(2, "value", Address.Street);
        builder.AddAttribute(3, "onchange", EventCallback.Factory.CreateBinder(this, value => Address.Street = value ?? "", Address.Street));
        builder.CloseElement();
        if (Services.GetService(typeof(Cart)) is Cart cart)
        {
            builder.OpenElement(4, "a");
            builder.AddAttribute(5, "onclick", EventCallback.Factory.Create(this, async () =>
            {
                await cart.Arrives.Task;
                cart.Items.Add("boots");
            }));
            builder.CloseElement();
        }
    }
}

internal sealed class Cart
{
    [Stash]
    public List<string> Items { get; set; } = [];

    public TaskCompletionSource Arrives { get; } = new();
}

/// <summary>Several of them, told apart by their parameter.</summary>
[Route("/line/{Id:int}")]
internal class Line : ComponentBase
{
    [Parameter]
    public int Id { get; set; }

    [Stash]
    public int Pieces { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, Pieces);
}
