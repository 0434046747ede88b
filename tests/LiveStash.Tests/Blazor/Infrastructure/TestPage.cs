using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>A page whose children a test puts there and takes away.</summary>
internal sealed class TestPage : ComponentBase
{
    private readonly List<Child> _children = [];

    /// <summary>Changes the children and renders, all in one batch.</summary>
    public void Change(Action<List<Child>> change)
    {
        change(_children);
        StateHasChanged();
    }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        foreach (var child in _children)
        {
            builder.OpenComponent(0, child.Type);
            builder.SetKey(child);
            builder.AddMultipleAttributes(1, child.Parameters!);
            builder.AddComponentReferenceCapture(2, instance => child.Instance = instance);
            builder.CloseComponent();
        }
    }

    internal sealed class Child(Type type, IReadOnlyDictionary<string, object?> parameters)
    {
        public Type Type { get; } = type;

        public IReadOnlyDictionary<string, object?> Parameters { get; } = parameters;

        public object? Instance { get; set; }
    }
}
