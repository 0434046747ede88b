namespace LiveStash.Circuits.Rendering;

/// <summary>An element, a text, a piece of markup, or the place of a component.</summary>
internal sealed class Node
{
    /// <summary>Of an element.</summary>
    public string? Name { get; init; }

    /// <summary>Of a text or a piece of markup.</summary>
    public string Text { get; set; } = "";

    public Node? Parent { get; private set; }

    public List<Node> Children { get; } = [];

    public Dictionary<string, string> Attributes { get; } = [];

    /// <summary>The ids of the handlers, by the names of their events as in <c>click</c>.</summary>
    public Dictionary<string, ulong> Handlers { get; } = [];

    /// <summary>The component that rendered it.</summary>
    public int Component { get; init; }

    public void Insert(int index, Node child)
    {
        child.Parent = this;
        Children.Insert(index, child);
    }

    /// <summary>Itself and all below it.</summary>
    public IEnumerable<Node> All() => Children.SelectMany(static child => child.All()).Prepend(this);

    /// <summary>All text below it.</summary>
    public string InnerText() => Children.Count == 0 ? Text : string.Concat(Children.Select(static child => child.InnerText()));
}
