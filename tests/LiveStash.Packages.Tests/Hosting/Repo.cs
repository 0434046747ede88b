using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LiveStash.Packages.Tests.Hosting;

/// <summary>What the tests read in the repo.</summary>
internal static partial class Repo
{
    public static string Root { get; } = FindRoot();

    public static string Configuration { get; } = typeof(Repo).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>The first block of code of a language in README.md, from a heading on.</summary>
    public static string Snippet(string language, string heading) => Snippets(language, heading).FirstOrDefault()
        ?? throw new InvalidOperationException($"README.md has no block of {language} below '{heading}'.");

    /// <summary>All blocks of code of a language in a README, from a heading on.</summary>
    public static IEnumerable<string> Snippets(string language, string heading, string path = "README.md")
    {
        var readme = File.ReadAllText(Path.Combine(Root, path));
        var from = readme.IndexOf($"# {heading}\n", StringComparison.Ordinal);
        return Block().Matches(readme, from >= 0 ? from : readme.Length).Where(block => block.Groups["language"].Value == language).Select(static block => block.Groups["text"].Value);
    }

    /// <summary>The version of a package that the repo's own tests use.</summary>
    public static string VersionOf(string package) =>
        XDocument.Load(Path.Combine(Root, "Directory.Packages.props")).Descendants("PackageVersion").Single(version => version.Attribute("Include")!.Value == package).Attribute("Version")!.Value;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LiveStash.Orleans.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run from inside the repository.");
    }

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<text>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
