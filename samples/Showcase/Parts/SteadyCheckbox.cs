using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Components.Rendering;

namespace Showcase.Parts;

/// <summary>An <see cref="InputCheckbox"/> that keeps its handler from render to render. TextField says why.</summary>
public sealed class SteadyCheckbox : InputCheckbox
{
    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "input");
        builder.AddMultipleAttributes(1, AdditionalAttributes);
        builder.AddAttribute(2, "type", "checkbox");
        builder.AddAttribute(3, "class", CssClass);
        builder.AddAttribute(4, "checked", CurrentValue);
        builder.AddAttribute(5, "onchange", EventCallback.Factory.Create<ChangeEventArgs>(this, Ticked));
        builder.SetUpdatesAttributeName("checked");
        builder.CloseElement();
    }

    private void Ticked(ChangeEventArgs args) => CurrentValue = (bool)args.Value!;
}
