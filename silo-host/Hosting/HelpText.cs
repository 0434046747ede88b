using System.Reflection;

namespace SiloHost.Hosting;

/// <summary>What <c>--help</c> says of the settings: what the README does.</summary>
internal static class HelpText
{
    private const string Heading = "## Settings";

    public static string Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("README.md")!;
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        var settings = text[(text.IndexOf(Heading, StringComparison.Ordinal) + Heading.Length)..];
        return "A silo that keeps the stashes of LiveStash.\n\n" + settings[..settings.IndexOf("\n## ", StringComparison.Ordinal)].Trim();
    }
}
