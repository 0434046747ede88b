using LiveStash.Engines;
using LiveStash.Records;

namespace LiveStash.Tests.Blazor.Engines;

public sealed class StashImageCodecTests
{
    private const int Seed = 20310203;
    private const string Alphabet = "aZ09/#:.\0 \n\"é日İßщ";

    private static readonly StashLimits Limits = new(64 * 1024, 64);
    private static readonly StashId Id = StashId.New();

    [Fact]
    public void Decode_OfAnyImage_GivesItBack()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 2000; i++)
        {
            var image = RandomImage(random);
            var compressAbove = random.Next(3) switch { 0 => 0, 1 => int.MaxValue, _ => 1024 };

            var bytes = StashImageCodec.Encode(Id, image, compressAbove);
            var back = StashImageCodec.Decode(Id, bytes, Limits)!;

            Assert.Equal(image with { Entries = [] }, back with { Entries = [] });
            Assert.Equal(image.Entries.Select(entry => entry.Name), back.Entries.Select(entry => entry.Name));
            Assert.All(image.Entries.Zip(back.Entries), pair => Assert.True(pair.First.Value.Span.SequenceEqual(pair.Second.Value.Span)));
            Assert.True(bytes.Length <= StashImageCodec.MaxBytes(Limits));
        }
    }

    [Fact]
    public void Decode_ForAnotherId_Null() =>
        Assert.Null(StashImageCodec.Decode(StashId.New(), StashImageCodec.Encode(Id, RandomImage(new Random(Seed)), 0), Limits));

    [Theory]
    [InlineData(0)]
    [InlineData(int.MaxValue)]
    public void Decode_TruncatedAnywhere_IsRefusedOrWhole(int compressAbove)
    {
        var image = Image(("a", 100), ("b", 50));
        var bytes = StashImageCodec.Encode(Id, image, compressAbove);
        var whole = 0;
        for (var length = 0; length < bytes.Length; length++)
        {
            try
            {
                Assert.Equal(image.Entries.Select(entry => entry.Size), StashImageCodec.Decode(Id, bytes[..length], Limits)!.Entries.Select(entry => entry.Size));
                whole++;
            }
            catch (InvalidDataException)
            {
                // Expected.
            }
        }

        // The end of a compressed image says nothing but that it is the end.
        Assert.InRange(whole, 0, compressAbove == 0 ? 2 : 0);
    }

    [Fact]
    public void Decode_AlteredOrRandomBytes_IsRefusedOrWithinTheLimits()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 20_000; i++)
        {
            byte[] bytes;
            if (i % 4 == 0)
            {
                bytes = new byte[random.Next(200)];
                random.NextBytes(bytes);
                if (bytes.Length > 0)
                {
                    bytes[0] = (byte)random.Next(1, 3);
                }
            }
            else
            {
                bytes = StashImageCodec.Encode(Id, RandomImage(random, 200), i % 2 == 0 ? 0 : int.MaxValue);
                for (var flips = random.Next(1, 4); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }
            }

            try
            {
                var image = StashImageCodec.Decode(Id, bytes, Limits);
                Assert.True(image is null || (image.Size <= Limits.MaxBytes && image.Entries.Length <= Limits.MaxEntries && image.Size == StashEntries.Size(image.Entries)));
            }
            catch (InvalidDataException)
            {
                // The one exception that callers expect.
            }
        }
    }

    [Theory]
    [InlineData(9_999, false)]
    [InlineData(10_000, true)]
    public void Encode_FromTheThresholdOn_IsCompressed(int size, bool compressed)
    {
        var bytes = StashImageCodec.Encode(Id, Image(("a", size - 1)), compressAboveBytes: 10_000);

        Assert.Equal(compressed, bytes.Length < 1000);
        Assert.Equal(size, StashImageCodec.Decode(Id, bytes, Limits)!.Size);
    }

    [Theory]
    [InlineData(0L, 1L, 1L, 0)]
    [InlineData(1L, 0L, 1L, 0)]
    [InlineData(1L, 1L, 0L, 0)]
    [InlineData(1L, 1L, -1L, 0)]
    [InlineData(1L, 1L, long.MaxValue, 0)]
    [InlineData(1L, 1L, 1L, -1)]
    [InlineData(1L, 1L, 1L, 65)]
    [InlineData(1L, 1L, 1L, int.MaxValue)]
    public void Decode_NumberOutOfRange_IsRefused(long epoch, long version, long timeToLive, int count) =>
        AssertRefused(Header(epoch, version, timeToLive, 1, count));

    [Theory]
    [InlineData(-1L)]
    [InlineData(long.MaxValue)]
    public void Decode_ExpiryThatIsNoDate_IsRefused(long expiry) => AssertRefused(Header(1, 1, 1, expiry, 0));

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(64 * 1024)]
    public void Decode_ValueOverTheLimit_IsRefusedBeforeItIsAllocated(int length)
    {
        var bytes = Header(1, 1, 1, 1, 1).Concat(new byte[] { 1, (byte)'a' }).Concat(BitConverter.GetBytes(length)).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();

        AssertRefused(bytes);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    [Theory]
    [InlineData("b", "a")]
    [InlineData("a", "a")]
    public void Decode_EntriesOutOfOrderOrTwice_IsRefused(string first, string second) =>
        AssertRefused(StashImageCodec.Encode(Id, Image((first, 1), (second, 1)), int.MaxValue));

    [Fact]
    public void Decode_CompressionBomb_IsRefusedWithoutUnpackingIt()
    {
        // 50 MB of zeros in a few dozen bytes, behind a header that promises one entry within the limit.
        using var output = new MemoryStream();
        output.WriteByte(2);
        using (var brotli = new System.IO.Compression.BrotliStream(output, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
        {
            brotli.Write(Header(1, 1, 1, 1, 64).AsSpan(1));
            brotli.Write(new byte[50_000_000]);
        }

        Assert.True(output.Length < 1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(output.ToArray());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    private static void AssertRefused(byte[] bytes) => Assert.Throws<InvalidDataException>(() => StashImageCodec.Decode(Id, bytes, Limits));

    private static byte[] Header(long epoch, long version, long timeToLive, long expiry, int count)
    {
        var id = new byte[StashId.ByteLength];
        Id.CopyTo(id);
        return [1, .. id, .. BitConverter.GetBytes(epoch), .. BitConverter.GetBytes(version), .. BitConverter.GetBytes(timeToLive), .. BitConverter.GetBytes(expiry), .. BitConverter.GetBytes(count)];
    }

    private static StashImage Image(params (string Name, int Length)[] entries)
    {
        StashEntry[] all = [.. entries.Select(entry => new StashEntry(entry.Name, new byte[entry.Length]))];
        return new(1, 1, TimeSpan.FromMinutes(1), new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero), all, (int)StashEntries.Size(all));
    }

    private static StashImage RandomImage(Random random, int maxValue = 2000)
    {
        var entries = Enumerable.Range(0, random.Next(12))
            .Select(_ => new string([.. Enumerable.Range(0, random.Next(20)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                var value = new byte[random.Next(maxValue)];
                random.NextBytes(value.AsSpan(0, random.Next(value.Length + 1)));
                return new StashEntry(name, value);
            })
            .ToArray();
        return new(
            random.NextInt64(1, long.MaxValue),
            random.NextInt64(1, long.MaxValue),
            TimeSpan.FromTicks(random.NextInt64(1, StashTerms.MaxTimeToLive.Ticks)),
            new DateTimeOffset(random.NextInt64(DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero),
            entries,
            (int)StashEntries.Size(entries));
    }
}
