using System.Buffers.Text;

namespace LiveStash.Tests.Blazor.Fuzzing;

/// <summary>The one way in which a changed text is still the same input: white space, padding and unused bits of base64url.</summary>
internal static class Base64Text
{
    public static bool AreSameBytes(string text, string valid) =>
        text == valid || (TryDecode(text) is { } bytes && bytes.AsSpan().SequenceEqual(Base64Url.DecodeFromChars(valid)));

    private static byte[]? TryDecode(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
