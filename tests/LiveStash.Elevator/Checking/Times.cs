using System.Globalization;
using LiveStash.Elevator.Actors;

namespace LiveStash.Elevator.Checking;

/// <summary>How long a tab was gone and unsaved, from what it showed. All times in milliseconds since 1970.</summary>
internal static class Times
{
    /// <summary>The longest time in which the page took no input or said that it is away; 0 if there is none.</summary>
    public static double LongestGone(IReadOnlyList<Screen> screens, double from, double to)
    {
        var (longest, since) = (0d, double.NaN);
        foreach (var screen in screens.Where(screen => screen.At >= from && screen.At <= to))
        {
            if (!screen.IsUsable)
            {
                since = double.IsNaN(since) ? screen.At : since;
            }
            else if (!double.IsNaN(since))
            {
                (longest, since) = (Math.Max(longest, screen.At - since), double.NaN);
            }
        }

        return double.IsNaN(since) ? longest : Math.Max(longest, to - since);
    }

    /// <summary>The longest time in which the page was not told that anything new is saved.</summary>
    public static double LongestUnsaved(IReadOnlyList<Screen> screens, double from, double to)
    {
        var (longest, last, told) = (0d, from, "");
        foreach (var screen in screens)
        {
            if (screen.Told != told && screen.Told.Length > 0 && screen.At >= from && screen.At <= to)
            {
                (longest, last) = (Math.Max(longest, screen.At - last), screen.At);
            }

            told = screen.Told.Length > 0 ? screen.Told : told;
        }

        return Math.Max(longest, to - last);
    }

    /// <summary>What became of the page, with the seconds since the beginning: for people.</summary>
    /// <param name="screens">All of it.</param>
    /// <param name="from">The beginning.</param>
    /// <param name="to">The end.</param>
    /// <param name="withTexts">With what it showed, and was told is saved.</param>
    public static string Story(IReadOnlyList<Screen> screens, double from, double to, bool withTexts = false)
    {
        List<string> story = [];
        var (document, state) = ("", "");
        foreach (var screen in screens.Where(screen => screen.At >= from && screen.At <= to))
        {
            var next = $"{(screen.Document == document || document.Length == 0 ? "" : "loaded again, ")}{(screen.IsInteractive ? "interactive" : "not interactive")}{(screen.IsAway ? ", away" : "")} {screen.Status}{(withTexts ? $" {string.Join('|', screen.Fields)} told {screen.Told}" : "")}";
            if (next != state)
            {
                story.Add(string.Create(CultureInfo.InvariantCulture, $"{(screen.At - from) / 1000:0.0} {next.Trim()}"));
            }

            (document, state) = (screen.Document, next.Replace("loaded again, ", "", StringComparison.Ordinal));
        }

        return string.Join("; ", story);
    }
}
