using System.Buffers.Binary;
using System.Text;

namespace LiveStash.Circuits.Rendering;

/// <summary>
/// Reads what Blazor's server sends for each rendering: tables of edits, of frames and of strings, with their places at the end.
/// The format is that of ASP.NET Core's <c>RenderBatchWriter</c>.
/// </summary>
internal readonly ref struct RenderBatch(ReadOnlySpan<byte> data)
{
    private const int FrameSize = 20;
    private const int EditSize = 16;
    private const int Sections = 5;

    private readonly ReadOnlySpan<byte> _data = data;
    private readonly int _components = Int(data, data.Length - 20);
    private readonly int _frames = Int(data, data.Length - 16);
    private readonly int _disposedComponents = Int(data, data.Length - 12);
    private readonly int _strings = Int(data, data.Length - 4);

    public int ComponentCount => Int(_data, _components);

    public int DisposedCount => Int(_data, _disposedComponents);

    public int Disposed(int index) => Int(_data, _disposedComponents + sizeof(int) + (index * sizeof(int)));

    /// <summary>A component that was rendered, with the number of its edits.</summary>
    public (int Id, int Edits, int Position) Component(int index)
    {
        var position = Int(_data, _components + sizeof(int) + (index * sizeof(int)));
        return (Int(_data, position), Int(_data, position + 4), position + 8);
    }

    public Edit EditAt(int position, int index)
    {
        position += index * EditSize;
        return new((EditType)Int(_data, position), Int(_data, position + 4), Int(_data, position + 8), String(Int(_data, position + 12)));
    }

    public Frame FrameAt(int index)
    {
        var position = _frames + sizeof(int) + (index * FrameSize);
        var type = (FrameType)Int(_data, position);
        var (first, second) = (Int(_data, position + 4), Int(_data, position + 8));
        return type switch
        {
            FrameType.Element => new(type, first, String(second), null, 0),
            FrameType.Component => new(type, first, null, null, (ulong)second),
            FrameType.Region => new(type, first, null, null, 0),
            FrameType.Attribute => new(type, 1, String(first), String(second), BinaryPrimitives.ReadUInt64LittleEndian(_data[(position + 12)..])),
            FrameType.Text or FrameType.Markup => new(type, 1, null, String(first), 0),
            _ => new(type, 1, null, null, 0),
        };
    }

    private string? String(int index)
    {
        if (index < 0)
        {
            return null;
        }

        var position = Int(_data, _strings + (index * sizeof(int)));
        var (length, shift) = (0, 0);
        byte part;
        do
        {
            part = _data[position++];
            length |= (part & 0x7F) << shift;
            shift += 7;
        }
        while (part >= 0x80);

        return Encoding.UTF8.GetString(_data.Slice(position, length));
    }

    private static int Int(ReadOnlySpan<byte> data, int position) => BinaryPrimitives.ReadInt32LittleEndian(data[position..]);
}

/// <summary>As numbered by ASP.NET Core's <c>RenderTreeEditType</c>.</summary>
internal enum EditType
{
    PrependFrame = 1,
    RemoveFrame = 2,
    SetAttribute = 3,
    RemoveAttribute = 4,
    UpdateText = 5,
    StepIn = 6,
    StepOut = 7,
    UpdateMarkup = 8,
    PermutationListEntry = 9,
    PermutationListEnd = 10,
}

/// <summary>As numbered by ASP.NET Core's <c>RenderTreeFrameType</c>.</summary>
internal enum FrameType
{
    Element = 1,
    Text = 2,
    Attribute = 3,
    Component = 4,
    Region = 5,
    Markup = 8,
}

/// <summary>A change of a component's tree.</summary>
/// <param name="Type">What changes.</param>
/// <param name="Sibling">The child of the present node.</param>
/// <param name="Frame">The frame that it takes, or where the child moves to.</param>
/// <param name="Name">Of the attribute that goes.</param>
internal readonly record struct Edit(EditType Type, int Sibling, int Frame, string? Name);

/// <summary>A piece of a tree.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Length">How many frames belong to it, itself counted.</param>
/// <param name="Name">Of the element or the attribute.</param>
/// <param name="Value">The attribute's value, the text, the markup.</param>
/// <param name="Id">Of the component, or of the attribute's handler.</param>
internal readonly record struct Frame(FrameType Type, int Length, string? Name, string? Value, ulong Id);
