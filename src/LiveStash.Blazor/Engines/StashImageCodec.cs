using System.IO.Compression;
using System.Text;
using LiveStash.Records;

namespace LiveStash.Engines;

/// <summary>
/// The bytes inside a token: a format byte, the stash id and the image, little-endian, compressed when large. Read only after
/// the token's protection was checked; bounded all the same.
/// </summary>
internal static class StashImageCodec
{
    private const byte Plain = 1;
    private const byte Brotli = 2;

    // As those two, with a deadline after the times.
    private const byte PlainWithDeadline = 3;
    private const byte BrotliWithDeadline = 4;

    // Everything but names and values: id, epoch, version, times, and per entry two lengths.
    private const int HeaderBytes = 72;
    private const int BytesPerEntry = 10;

    /// <summary>The largest encoded image that the limits allow, in bytes. A character of a name takes up to three.</summary>
    public static int MaxBytes(StashLimits limits) => HeaderBytes + (limits.MaxBytes * 3) + (Math.Min(limits.MaxEntries, limits.MaxBytes) * BytesPerEntry);

    public static byte[] Encode(StashId id, StashImage image, int compressAboveBytes)
    {
        var compress = image.Size >= compressAboveBytes;
        using var output = new MemoryStream(image.Size + HeaderBytes);
        output.WriteByte((compress, image.Deadline is not null) switch
        {
            (false, false) => Plain,
            (true, false) => Brotli,
            (false, true) => PlainWithDeadline,
            (true, true) => BrotliWithDeadline,
        });
        if (compress)
        {
            using var brotli = new BrotliStream(output, CompressionLevel.Fastest, leaveOpen: true);
            Write(brotli, id, image);
        }
        else
        {
            Write(output, id, image);
        }

        return output.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Encode"/> makes within the limits.</exception>
    public static StashImage? Decode(StashId id, ReadOnlyMemory<byte> bytes, StashLimits limits)
    {
        try
        {
            using var input = new MemoryStream(bytes.ToArray());
            return input.ReadByte() switch
            {
                Plain => Read(input, id, limits, hasDeadline: false),
                Brotli => ReadCompressed(input, id, limits, hasDeadline: false),
                PlainWithDeadline => Read(input, id, limits, hasDeadline: true),
                BrotliWithDeadline => ReadCompressed(input, id, limits, hasDeadline: true),
                _ => throw new InvalidDataException("Unknown format."),
            };
        }
        catch (Exception exception) when (exception is EndOfStreamException or ArgumentException or FormatException or DecoderFallbackException)
        {
            throw new InvalidDataException("The image is malformed.", exception);
        }
    }

    private static void Write(Stream stream, StashId id, StashImage image)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        Span<byte> idBytes = stackalloc byte[StashId.ByteLength];
        id.CopyTo(idBytes);
        writer.Write(idBytes);
        writer.Write(image.Epoch);
        writer.Write(image.Version);
        writer.Write(image.TimeToLive.Ticks);
        writer.Write(image.ExpiresAt.UtcTicks);
        if (image.Deadline is { } deadline)
        {
            writer.Write(deadline.UtcTicks);
        }

        writer.Write(image.Entries.Length);
        foreach (var entry in image.Entries)
        {
            writer.Write(entry.Name);
            writer.Write(entry.Value.Length);
            writer.Write(entry.Value.Span);
        }
    }

    private static StashImage? ReadCompressed(Stream input, StashId id, StashLimits limits, bool hasDeadline)
    {
        using var brotli = new BrotliStream(input, CompressionMode.Decompress);
        try
        {
            return Read(brotli, id, limits, hasDeadline);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidDataException("The compressed image is malformed.", exception);
        }
    }

    private static StashImage? Read(Stream stream, StashId id, StashLimits limits, bool hasDeadline)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        Span<byte> idBytes = stackalloc byte[StashId.ByteLength];
        reader.BaseStream.ReadExactly(idBytes);
        if (StashId.FromBytes(idBytes) != id)
        {
            return null;
        }

        var (epoch, version) = (reader.ReadInt64(), reader.ReadInt64());
        var (timeToLive, expiresAt) = (new TimeSpan(reader.ReadInt64()), new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero));
        DateTimeOffset? deadline = hasDeadline ? new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero) : null;
        var count = reader.ReadInt32();
        if (epoch < 1 || version < 1 || timeToLive <= TimeSpan.Zero || timeToLive > StashTerms.MaxTimeToLive || count < 0 || count > limits.MaxEntries)
        {
            throw new InvalidDataException("A number is out of its range.");
        }

        // Grows with what is really there, not with what the header says is there.
        var entries = new List<StashEntry>();
        long size = 0;
        for (var i = 0; i < count; i++)
        {
            var name = ReadName(reader, limits.MaxBytes);
            var length = reader.ReadInt32();
            size += (long)name.Length + length;
            if (length < 0 || size > limits.MaxBytes)
            {
                throw new InvalidDataException("The image is over the limit.");
            }

            var value = new byte[length];
            reader.BaseStream.ReadExactly(value);
            if (entries.Count > 0 && string.CompareOrdinal(entries[^1].Name, name) >= 0)
            {
                throw new InvalidDataException("The entries are not in order.");
            }

            entries.Add(new(name, value));
        }

        return new(epoch, version, timeToLive, expiresAt, [.. entries], (int)size) { Deadline = deadline };
    }

    private static string ReadName(BinaryReader reader, int maxLength)
    {
        var length = reader.Read7BitEncodedInt();
        if (length < 0 || length > (long)maxLength * 3)
        {
            throw new InvalidDataException("A name is over the limit.");
        }

        var bytes = new byte[length];
        reader.BaseStream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }
}
