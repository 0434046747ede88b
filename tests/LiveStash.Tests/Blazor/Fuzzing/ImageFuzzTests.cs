using System.IO.Compression;
using LiveStash.Engines;
using LiveStash.Records;
using LiveStash.Tests.Fuzzing;
using Xunit.Abstractions;

namespace LiveStash.Tests.Blazor.Fuzzing;

/// <summary>
/// The bytes inside a token, as if its protection were no help: the one exception that callers expect, or an image within the
/// limits. Nothing is made for what the bytes only say is there.
/// </summary>
[Collection(FuzzCollection.Name)]
public sealed class ImageFuzzTests(ITestOutputHelper output)
{
    private const int HeaderBytes = 53;

    private static readonly StashLimits Limits = new LiveStashOptions().Limits;
    private static readonly StashId Id = StashId.FromBytes("0123456789abcdef"u8);
    private static readonly StashId OtherId = StashId.FromBytes("fedcba9876543210"u8);

    [Fact]
    public Task Decode_AnySpoiledImageOrBomb_OneExceptionOrWithinTheLimits_Bounded() => new FuzzRun(FuzzKind.Image, output).EachAsync(Make);

    private static FuzzCase Make(Random random)
    {
        var valid = Encode(random, random.Next(20) == 0 ? OtherId : Id);
        var (mutation, bytes) = random.Next(12) switch
        {
            0 => ("spoiled inside the compression", Compressed(Mutator.Spoil(random, Encode(random, Id, int.MaxValue), valid, 100_000).Bytes)),
            1 => ("a count of entries that are not there", WithCount(random)),
            2 when random.Next(20) == 0 => ("compression bomb", Bomb(random)),
            3 when random.Next(20) == 0 => ("more entries than are allowed", WithEntries(random.Next(Limits.MaxEntries + 1, Limits.MaxEntries * 2), random.Next(2) == 0)),
            _ => Mutator.Spoil(random, valid, Encode(random, OtherId), 1_000_000),
        };
        StashImage? image = null;
        return new(
            mutation,
            bytes,
            () =>
            {
                try
                {
                    image = StashImageCodec.Decode(Id, bytes, Limits);
                }
                catch (InvalidDataException)
                {
                    // Documented.
                }
            },
            () => image is null || IsWithinTheLimits(image) ? null : $"an image of {image.Entries.Length} entries and {image.Size} bytes was accepted");
    }

    private static bool IsWithinTheLimits(StashImage image) =>
        image is { Epoch: > 0, Version: > 0 }
        && image.TimeToLive > TimeSpan.Zero && image.TimeToLive <= StashTerms.MaxTimeToLive
        && image.Size <= Limits.MaxBytes && image.Size == StashEntries.Size(image.Entries) && image.Entries.Length <= Limits.MaxEntries
        && image.Entries.Zip(image.Entries.Skip(1)).All(pair => string.CompareOrdinal(pair.First.Name, pair.Second.Name) < 0);

    private static byte[] Encode(Random random, StashId id, int? compressAbove = null)
    {
        StashEntry[] entries = [.. Enumerable.Range(0, random.Next(6)).Select(i => new StashEntry($"r:Shop.Counter#{i}/Count", Mutator.Noise(random, random.Next(200))))];
        var image = new StashImage(
            random.NextInt64(1, 100), random.NextInt64(1, 100), TimeSpan.FromMinutes(30), new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero), entries, (int)StashEntries.Size(entries));
        return StashImageCodec.Encode(id, image, compressAbove ?? (random.Next(2) == 0 ? 0 : int.MaxValue));
    }

    private static byte[] WithEntries(int count, bool compressed)
    {
        StashEntry[] entries = [.. Enumerable.Range(0, count).Select(static i => new StashEntry($"r:{i:00000}", default))];
        var image = new StashImage(1, 1, TimeSpan.FromMinutes(30), new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero), entries, (int)StashEntries.Size(entries));
        return StashImageCodec.Encode(Id, image, compressed ? 0 : int.MaxValue);
    }

    /// <summary>A format byte of compressed images before what follows that of a plain one.</summary>
    private static byte[] Compressed(byte[] plain)
    {
        using var compressed = new MemoryStream();
        compressed.WriteByte(2);
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            brotli.Write(plain.AsSpan(Math.Min(1, plain.Length)));
        }

        return compressed.ToArray();
    }

    private static byte[] WithCount(Random random)
    {
        var bytes = Encode(random, Id, int.MaxValue);
        BitConverter.TryWriteBytes(bytes.AsSpan(HeaderBytes - sizeof(int)), random.Next(2) == 0 ? random.Next(4097) : (int)Mutator.Number(random));
        return random.Next(2) == 0 ? bytes : Compressed(bytes);
    }

    /// <summary>Up to 100 MB of zeros in some hundred bytes, as one value, as entries or as a name.</summary>
    private static byte[] Bomb(Random random)
    {
        var header = Encode(random, Id, int.MaxValue)[..HeaderBytes];
        BitConverter.TryWriteBytes(header.AsSpan(HeaderBytes - sizeof(int)), random.Next(1, 4097));
        using var compressed = new MemoryStream();
        compressed.WriteByte(2);
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            brotli.Write(header.AsSpan(1));
            switch (random.Next(3))
            {
                case 0:
                    brotli.Write([1, (byte)'a']);
                    brotli.Write(BitConverter.GetBytes(random.Next(Limits.MaxBytes * 2)));
                    break;
                case 1:
                    // A name's length, seven bits to a byte: up to what three bytes for each character make.
                    brotli.Write([0xFF, 0xFF, (byte)random.Next(0x40)]);
                    break;
                default:
                    break;
            }

            var zeros = new byte[1_000_000];
            for (var i = random.Next(1, 100); i > 0; i--)
            {
                brotli.Write(zeros);
            }
        }

        return compressed.ToArray();
    }
}
