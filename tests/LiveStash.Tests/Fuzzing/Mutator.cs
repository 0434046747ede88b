using System.Buffers.Binary;
using System.Text;

namespace LiveStash.Tests.Fuzzing;

/// <summary>Spoils bytes and texts. What comes out may by chance be equal to what went in.</summary>
internal static class Mutator
{
    private const string Base64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private const string Odd = "=%~. \t\r\n\0\"\\/+{}[]:,$é日\uD800\uDC00\uFEFF\uFFFF";

    private static readonly long[] Numbers = [0, 1, -1, 2, 127, 128, 255, 256, 4096, 4097, 65536, short.MaxValue, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    /// <param name="random">Decides all.</param>
    /// <param name="valid">What is spoiled.</param>
    /// <param name="other">Another valid one, of which a part may be put in.</param>
    /// <param name="huge">How long the longest are.</param>
    public static (string Mutation, byte[] Bytes) Spoil(Random random, byte[] valid, byte[] other, int huge)
    {
        switch (random.Next(16))
        {
            case 0:
                return ("random", Noise(random, random.Next(valid.Length * 2)));
            case 1 or 2 or 3 or 4:
                return ("bits flipped", Flip(random, valid));
            case 5 or 6:
                return ("truncated", valid[..random.Next(valid.Length)]);
            case 7:
                return ("extended", [.. valid, .. Noise(random, random.Next(1, 200))]);
            case 8:
                return ("twice", [.. valid, .. valid]);
            case 9:
                return ("spliced with another", [.. valid[..random.Next(valid.Length + 1)], .. other[random.Next(other.Length + 1)..]]);
            case 10:
                var at = random.Next(valid.Length);
                return ("a part taken out", [.. valid[..at], .. valid[(at + random.Next(valid.Length - at))..]]);
            case 11 when random.Next(8) == 0:
                return ("huge", [.. valid, .. Noise(random, random.Next(huge))]);
            default:
                return ("huge numbers", WithNumbers(random, valid));
        }
    }

    /// <inheritdoc cref="Spoil(Random, byte[], byte[], int)"/>
    public static (string Mutation, string Text) Spoil(Random random, string valid, string other, int huge)
    {
        switch (random.Next(16))
        {
            case 0:
                return ("random letters", Text(random, Base64Url, random.Next(valid.Length * 2)));
            case 1:
                return ("random characters", Text(random, Odd + Base64Url, random.Next(valid.Length * 2)));
            case 2 or 3 or 4 or 5:
                return ("bits flipped", Flip(random, valid));
            case 6 or 7:
                return ("truncated", valid[..random.Next(valid.Length)]);
            case 8:
                return ("extended", valid + Text(random, Base64Url, random.Next(1, 100)));
            case 9:
                return ("twice", valid + valid);
            case 10:
                return ("spliced with another", valid[..random.Next(valid.Length + 1)] + other[random.Next(other.Length + 1)..]);
            case 11:
                return ("odd characters put in", valid.Insert(random.Next(valid.Length + 1), Text(random, Odd, random.Next(1, 4))));
            case 12:
                var at = random.Next(valid.Length);
                return ("a part taken out", valid.Remove(at, random.Next(valid.Length - at)));
            case 13:
                return ("one letter another", valid[..(at = random.Next(valid.Length))] + Text(random, Base64Url, 1) + valid[(at + 1)..]);
            case 14:
                return ("the last letter another", valid[..^1] + Text(random, Base64Url, 1));
            case 15 when random.Next(8) == 0:
                return ("huge", Text(random, Base64Url, random.Next(huge)));
            default:
                return ("parts swapped", valid[(at = random.Next(valid.Length))..] + valid[..at]);
        }
    }

    /// <summary>JSON that nests deeper than any reader follows, or one that does not end.</summary>
    public static string NestedJson(Random random, int maxDepth)
    {
        var depth = random.Next(1, maxDepth);
        var (open, close) = random.Next(3) switch { 0 => ("[", "]"), 1 => ("{\"a\":", "}"), _ => ("[{\"$values\":", "}]") };
        var text = new StringBuilder().Insert(0, open, depth).Append(random.Next(2) == 0 ? "1" : "null");
        return random.Next(3) == 0 ? text.ToString() : text.Insert(text.Length, close, depth).ToString();
    }

    public static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    public static string Text(Random random, string alphabet, int length) =>
        string.Create(length, (random, alphabet), static (span, state) => state.random.GetItems(state.alphabet, span));

    public static long Number(Random random) => Numbers[random.Next(Numbers.Length)];

    private static byte[] Flip(Random random, byte[] valid)
    {
        byte[] bytes = [.. valid];
        for (var flips = bytes.Length == 0 ? 0 : random.Next(1, 5); flips > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }

    private static string Flip(Random random, string valid)
    {
        var text = valid.ToCharArray();
        for (var flips = random.Next(1, 5); flips > 0; flips--)
        {
            text[random.Next(text.Length)] ^= (char)(1 << random.Next(random.Next(4) == 0 ? 16 : 7));
        }

        return new(text);
    }

    private static byte[] WithNumbers(Random random, byte[] valid)
    {
        byte[] bytes = [.. valid];
        Span<byte> number = stackalloc byte[sizeof(long)];
        for (var numbers = random.Next(1, 4); numbers > 0; numbers--)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, Number(random));
            var at = random.Next(bytes.Length);
            number[..Math.Min(1 << random.Next(4), bytes.Length - at)].CopyTo(bytes.AsSpan(at));
        }

        return bytes;
    }
}
