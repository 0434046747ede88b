using System.Buffers;
using System.Buffers.Text;

namespace LiveStash.Sessions;

/// <summary>The entry that says which version of the component saved a slot. Not there for version 1.</summary>
internal sealed class StashVersionProperty(int version) : StashProperty(StashNames.VersionProperty, scope: null)
{
    public static int Read(ReadOnlySpan<byte> bytes) => Utf8Parser.TryParse(bytes, out int version, out _) ? version : 0;

    public override void Serialize(IStashSerializer serializer, IBufferWriter<byte> writer, object component)
    {
        Utf8Formatter.TryFormat(version, writer.GetSpan(11), out var written);
        writer.Advance(written);
    }

    public override bool IsDefault(object component) => true;

    public override void Apply(IStashSerializer serializer, ReadOnlySpan<byte> bytes, object component)
    {
    }
}
