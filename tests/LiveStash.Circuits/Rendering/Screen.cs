namespace LiveStash.Circuits.Rendering;

/// <summary>What a circuit has rendered, as a browser's document would have it. Not safe for concurrent use.</summary>
public sealed class Screen
{
    private readonly Dictionary<int, Node> _components = [];
    private readonly List<(int From, int To)> _moves = [];
    private readonly List<int> _roots = [];

    /// <summary>The value of an element's attribute; <see langword="null"/> without it.</summary>
    /// <param name="id">The element's id.</param>
    /// <param name="name">The attribute.</param>
    public string? Attribute(string id, string name) => Find(id)?.Attributes.GetValueOrDefault(name);

    /// <summary>The text in an element; <see langword="null"/> without it.</summary>
    public string? Text(string id) => Find(id)?.InnerText();

    /// <summary>The handler that an element has for an event, and the component that it is in. The element takes the value, if there is one.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal (ulong Handler, int Component) Raise(string id, string name, string? value)
    {
        if (Find(id) is not { } element || !element.Handlers.TryGetValue(name, out var handler))
        {
            throw new InvalidOperationException($"There is no element '{id}' that listens to '{name}'.");
        }

        if (value is not null)
        {
            element.Attributes["value"] = value;
        }

        return (handler, element.Component);
    }

    /// <summary>Has an element show what was typed, if it is there.</summary>
    internal void Show(string id, string value)
    {
        if (Find(id) is { } element)
        {
            element.Attributes["value"] = value;
        }
    }

    internal void AddRoot(int component) => _roots.Add(component);

    internal void Apply(ReadOnlySpan<byte> data)
    {
        var batch = new RenderBatch(data);
        for (var i = 0; i < batch.ComponentCount; i++)
        {
            Apply(batch, batch.Component(i));
        }

        for (var i = 0; i < batch.DisposedCount; i++)
        {
            _components.Remove(batch.Disposed(i));
        }
    }

    private Node? Find(string id) =>
        _roots.Select(root => _components.GetValueOrDefault(root)).OfType<Node>().SelectMany(static root => root.All())
            .FirstOrDefault(node => node.Attributes.TryGetValue("id", out var value) && value == id);

    private void Apply(RenderBatch batch, (int Id, int Edits, int Position) component)
    {
        var node = ComponentNode(component.Id);
        for (var i = 0; i < component.Edits; i++)
        {
            var edit = batch.EditAt(component.Position, i);
            switch (edit.Type)
            {
                case EditType.PrependFrame:
                    Insert(batch, node, edit.Sibling, edit.Frame, component.Id);
                    break;
                case EditType.RemoveFrame:
                    node.Children.RemoveAt(edit.Sibling);
                    break;
                case EditType.SetAttribute:
                    SetAttribute(node.Children[edit.Sibling], batch.FrameAt(edit.Frame));
                    break;
                case EditType.RemoveAttribute:
                    node.Children[edit.Sibling].Attributes.Remove(edit.Name!);
                    node.Children[edit.Sibling].Handlers.Remove(EventOf(edit.Name!) ?? "");
                    break;
                case EditType.UpdateText or EditType.UpdateMarkup:
                    node.Children[edit.Sibling].Text = batch.FrameAt(edit.Frame).Value ?? "";
                    break;
                case EditType.StepIn:
                    node = node.Children[edit.Sibling];
                    break;
                case EditType.StepOut:
                    node = node.Parent!;
                    break;
                case EditType.PermutationListEntry:
                    _moves.Add((edit.Sibling, edit.Frame));
                    break;
                case EditType.PermutationListEnd:
                    var children = node.Children.ToArray();
                    _moves.ForEach(move => node.Children[move.To] = children[move.From]);
                    _moves.Clear();
                    break;
                default:
                    throw new InvalidOperationException($"An edit of the unknown type {edit.Type}.");
            }
        }
    }

    /// <summary>Inserts a frame and what belongs to it. Answers with the number of children that came of it.</summary>
    private int Insert(RenderBatch batch, Node parent, int at, int index, int component)
    {
        var frame = batch.FrameAt(index);
        switch (frame.Type)
        {
            case FrameType.Element:
                var element = new Node { Name = frame.Name, Component = component };
                parent.Insert(at, element);
                var next = index + 1;
                for (; next < index + frame.Length && batch.FrameAt(next) is { Type: FrameType.Attribute } attribute; next++)
                {
                    SetAttribute(element, attribute);
                }

                InsertRange(batch, element, 0, next, index + frame.Length, component);
                return 1;
            case FrameType.Component:
                parent.Insert(at, ComponentNode((int)frame.Id, isNew: true));
                return 1;
            case FrameType.Region:
                return InsertRange(batch, parent, at, index + 1, index + frame.Length, component);
            case FrameType.Text or FrameType.Markup:
                parent.Insert(at, new() { Text = frame.Value ?? "" });
                return 1;
            default:
                return 0; // captures of references, names of events: nothing that is seen
        }
    }

    private int InsertRange(RenderBatch batch, Node parent, int at, int from, int to, int component)
    {
        var count = 0;
        for (var index = from; index < to; index += batch.FrameAt(index).Length)
        {
            count += Insert(batch, parent, at + count, index, component);
        }

        return count;
    }

    private static void SetAttribute(Node element, Frame attribute)
    {
        if (attribute.Id != 0 && EventOf(attribute.Name!) is { } name)
        {
            element.Handlers[name] = attribute.Id;
        }
        else
        {
            element.Attributes[attribute.Name!] = attribute.Value ?? "";
        }
    }

    private static string? EventOf(string name) => name.StartsWith("on", StringComparison.Ordinal) ? name[2..] : null;

    private Node ComponentNode(int id, bool isNew = false)
    {
        if (isNew || !_components.TryGetValue(id, out var node))
        {
            _components[id] = node = new() { Component = id };
        }

        return node;
    }
}
