using System.Text;

namespace LiveStash.Browser.Benchmarks.Pages;

/// <summary>Text as users type it: words, which compress about as words do.</summary>
internal static class PageText
{
    private static readonly string[] Words =
        ["the", "order", "of", "and", "delivery", "with", "garden", "please", "in", "Tuesday", "a", "parcel", "neighbour", "to", "ring", "twice", "leave", "at", "door", "thank"];

    public static string Of(int length)
    {
        var random = new Random(5);
        var text = new StringBuilder(length + 16);
        while (text.Length < length)
        {
            text.Append(Words[random.Next(Words.Length)]).Append(' ').Append(random.Next(100)).Append(' ');
        }

        return text.ToString(0, length);
    }
}
