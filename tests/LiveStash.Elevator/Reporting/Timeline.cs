using System.Globalization;
using System.Text;
using LiveStash.Elevator.Actors;
using LiveStash.Elevator.Checking;

namespace LiveStash.Elevator.Reporting;

/// <summary>Tabs against faults, as SVG: where each was alive, had something unsaved, was gone, and was back.</summary>
internal static class Timeline
{
    private const double Left = 60;
    private const double Top = 96;
    private const double RowHeight = 16;

    public static string Draw(string title, Run run)
    {
        var (from, to) = (run.Results[0].From - 2000, run.Results[^1].To);
        var width = Math.Clamp((to - from) / 1000 * 6, 700, 4000);
        var height = Top + (run.Tabs.Count * RowHeight) + 34;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width + Left + 20:0} {height:0}\" role=\"img\" aria-label=\"{title}\" font-family=\"system-ui, sans-serif\" font-size=\"10\">");
        svg.AppendLine("<style>text{fill:#333}.kept{fill:#2e8b57}.unsaved{fill:#e0a800}.gone{fill:#b8bec8}.wrong{fill:#c0392b}.fault{fill:#3b5bdb;fill-opacity:.14}@media(prefers-color-scheme:dark){text{fill:#ddd}.gone{fill:#555c68}.fault{fill-opacity:.3}}</style>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"14\" font-size=\"12\">{title}</text>");
        foreach (var result in run.Results)
        {
            var x = X(result.From);
            svg.AppendLine(CultureInfo.InvariantCulture, $"<rect class=\"fault\" x=\"{x:0.0}\" y=\"{Top - 4}\" width=\"{Math.Max(2, X(result.To) - x):0.0}\" height=\"{(run.Tabs.Count * RowHeight) + 8}\"><title>{result.Fault}</title></rect>");
            svg.AppendLine(CultureInfo.InvariantCulture, $"<text transform=\"translate({x + 8:0.0} {Top - 8}) rotate(-35)\">{result.Fault.Kind}</text>");
        }

        for (var row = 0; row < run.Tabs.Count; row++)
        {
            var y = Top + (row * RowHeight);
            svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"4\" y=\"{y + 10}\">{run.Tabs[row].Name}</text>");
            foreach (var (start, end, state) in Spans(run.Tabs[row].Screens, run.Results[^1].To))
            {
                if (end > from && start < to)
                {
                    svg.AppendLine(CultureInfo.InvariantCulture, $"<rect class=\"{state}\" x=\"{X(Math.Max(start, from)):0.0}\" y=\"{y}\" width=\"{Math.Max(0.3, X(end) - X(Math.Max(start, from))):0.0}\" height=\"{RowHeight - 4}\"/>");
                }
            }
        }

        var legend = Left;
        foreach (var (state, text) in new[] { ("kept", "all saved"), ("unsaved", "typed and not saved yet"), ("gone", "gone"), ("wrong", "says Error") })
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"<rect class=\"{state}\" x=\"{legend}\" y=\"{height - 22}\" width=\"10\" height=\"10\"/><text x=\"{legend + 14}\" y=\"{height - 13}\">{text}</text>");
            legend += 150;
        }

        return svg.AppendLine("</svg>").ToString();

        double X(double at) => Left + ((at - from) / (to - from) * width);
    }

    private static IEnumerable<(double Start, double End, string State)> Spans(IReadOnlyList<Screen> screens, double end)
    {
        var (since, state) = (0d, "");
        foreach (var screen in screens)
        {
            var next = !screen.IsUsable ? "gone" : screen.Status == "Error" ? "wrong" : screen.Told == string.Join('|', screen.Fields) ? "kept" : "unsaved";
            if (next != state)
            {
                if (state.Length > 0)
                {
                    yield return (since, screen.At, state);
                }

                (since, state) = (screen.At, next);
            }
        }

        if (state.Length > 0)
        {
            yield return (since, end, state);
        }
    }
}
