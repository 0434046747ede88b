using System.Text;

namespace SiloHost.Settings;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpText
{
    private const int Width = 100;
    private const string Indent = "      ";

    /// <summary>Usage, flags and every setting with its default and unit.</summary>
    public static string Write()
    {
        var text = new StringBuilder(
            """
            A silo that keeps the stashes of LiveStash.

            usage: silo-host [--help] [--apply-schema] [--Section:Key=value ...]

              --help          prints this
              --apply-schema  makes or updates the tables in PostgreSQL (ConnectionStrings:Orleans) and ends

            A setting comes from the command line (--Silo:Port=11112), or else from the environment
            (Silo__Port=11112), or else from appsettings.json beside the program.
            How long a stash lives is said by the web servers, with each call.

            """);
        foreach (var setting in SiloSettings.All)
        {
            text.AppendLine().AppendLine($"  {setting.Key}");
            AppendWrapped(text, setting.Description);
            AppendWrapped(text, $"Default: {setting.DefaultText}. Unit: {setting.Unit}.");
        }

        return text.ToString();
    }

    private static void AppendWrapped(StringBuilder text, string paragraph)
    {
        var column = 0;
        foreach (var word in paragraph.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > Width)
            {
                text.AppendLine();
                column = 0;
            }

            var lead = column == 0 ? Indent : " ";
            text.Append(lead).Append(word);
            column += lead.Length + word.Length;
        }

        text.AppendLine();
    }
}
