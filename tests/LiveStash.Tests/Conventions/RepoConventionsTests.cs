using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LiveStash.Tests.Conventions;

public sealed partial class RepoConventionsTests
{
    private const int MaxLines = 400;

    [Fact]
    public void Sources_OfAllProjects_HaveAtMost400LinesAFile() =>
        AssertNone(new[] { "src", "tests", "samples", "silo-host" }
            .SelectMany(static folder => RepoFiles.Sources(folder, ".cs", ".razor", ".js", ".css"))
            .Select(path => (path, lines: File.ReadLines(RepoFiles.PathTo(path)).Count()))
            .Where(file => file.lines > MaxLines)
            .Select(file => $"{file.path}: {file.lines} lines"));

    [Fact]
    public void Sources_OfAllProjects_TakeTimeFromTimeProviderAndDoNotBlock()
    {
        var files = RepoFiles.Sources("src", ".cs", ".razor").ToArray();

        Assert.NotEmpty(files);
        AssertNone(files.SelectMany(path => Offences(File.ReadAllText(RepoFiles.PathTo(path))).Select(offence => $"{path}: {offence}")));
    }

    [Theory]
    [InlineData("var now = DateTime.UtcNow;", "DateTime.UtcNow")]
    [InlineData("DateTimeOffset . Now", "DateTimeOffset . Now")]
    [InlineData("System.Threading.Thread.Sleep(1)", "Thread.Sleep")]
    [InlineData("await Task.Delay(100, token);", "Task.Delay(100, token)")]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(Wait()), token);", "Task.Delay(TimeSpan.FromSeconds(Wait()), token)")]
    [InlineData("// not DateTime.UtcNow", null)]
    [InlineData("/// <c>Thread.Sleep</c>", null)]
    [InlineData("_time.GetUtcNow(); MyDateTime.Now(); await Task.Delay(wait, _time, token);", null)]
    [InlineData("await Task.Delay(Wait(1, 2), timeProvider, token);", null)]
    public void Offences_InALine_AreFoundOutsideOfComments(string line, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], Offences(line));

    [Fact]
    public void ThreatModel_EachTestItNames_IsThere()
    {
        const string Model = "src/LiveStash.Blazor/README.md";
        var named = NamedTests(Model).Count;

        Assert.True(named > 15, $"{named} tests are named.");
        AssertNone(MissingTests(Model));
    }

    [Fact]
    public void Recipes_EachNamesTheTestsThatShowIt_AndTheyAreThere()
    {
        const string Index = "samples/Recipes/README.md";
        var recipes = RepoFiles.Sources("samples/Recipes", ".md").Where(static path => path != Index).ToArray();
        var index = File.ReadAllText(RepoFiles.PathTo(Index));

        Assert.True(recipes.Length >= 15, $"{recipes.Length} recipes.");
        AssertNone(recipes.Where(static path => NamedTests(path).Count == 0).Select(static path => $"{path} names no test"));
        AssertNone(recipes.Where(path => !index.Contains($"]({path["samples/Recipes/".Length..]})", StringComparison.Ordinal)).Select(static path => $"{path} is not in the index"));
        AssertNone(MissingTests(recipes));
        AssertNone(from path in recipes.Append(Index)
                   from link in RelativeLink().Matches(File.ReadAllText(RepoFiles.PathTo(path)))
                   let target = RepoFiles.PathTo(Path.GetDirectoryName(path)!, link.Groups["path"].Value)
                   where !File.Exists(target) && !Directory.Exists(target)
                   select $"{path}: {link.Value}");
    }

    [Fact]
    public void ProjectFiles_OfTheLayers_ReferenceOnlyWhatIsBelow()
    {
        var projects = RepoFiles.Sources("src", ".csproj").ToDictionary(path => Path.GetFileNameWithoutExtension(path), References);

        Assert.Contains("LiveStash", projects.Keys);
        AssertNone(projects.SelectMany(project => project.Value.Where(reference => IsForbidden(project.Key, reference)).Select(reference => $"{project.Key} references {reference}")));
    }

    [Theory]
    [InlineData("LiveStash", "Microsoft.Orleans.Sdk", true)]
    [InlineData("LiveStash", "LiveStash.Orleans", true)]
    [InlineData("LiveStash", "LiveStash.Blazor", true)]
    [InlineData("LiveStash.Blazor", "Microsoft.Orleans.Client", true)]
    [InlineData("LiveStash.Blazor", "LiveStash.Orleans", true)]
    [InlineData("LiveStash.Blazor", "LiveStash", false)]
    [InlineData("LiveStash.Testing", "LiveStash.Orleans", true)]
    [InlineData("LiveStash.Testing", "LiveStash.Blazor", false)]
    [InlineData("LiveStash.Orleans", "LiveStash.Blazor", true)]
    [InlineData("LiveStash.Orleans", "LiveStash.Orleans.Server", true)]
    [InlineData("LiveStash.Orleans", "Microsoft.AspNetCore.Components.Web", true)]
    [InlineData("LiveStash.Orleans.Server", "LiveStash.Blazor", true)]
    [InlineData("LiveStash.Orleans.Server", "LiveStash.Orleans", false)]
    [InlineData("LiveStash.Orleans", "Microsoft.Orleans.Sdk", false)]
    public void IsForbidden_ByProjectAndReference_FollowsTheLayers(string project, string reference, bool expected) =>
        Assert.Equal(expected, IsForbidden(project, reference));

    private static MatchCollection NamedTests(string path) => TestName().Matches(File.ReadAllText(RepoFiles.PathTo(path)));

    private static IEnumerable<string> MissingTests(params string[] paths)
    {
        var tests = RepoFiles.Sources("tests", ".cs").ToLookup(path => Path.GetFileName(path).Split('.')[0], path => File.ReadAllText(RepoFiles.PathTo(path)));
        return from path in paths
               from name in NamedTests(path)
               where !tests[name.Groups["class"].Value].Any(text => text.Contains($" {name.Groups["method"].Value}(", StringComparison.Ordinal))
               select $"{path}: {name.Value}";
    }

    private static void AssertNone(IEnumerable<string> findings)
    {
        // A message of our own, since xunit cuts collections and texts short.
        var all = findings.ToArray();
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    private static bool IsForbidden(string project, string reference)
    {
        var orleans = reference.Contains("Orleans", StringComparison.Ordinal);
        var blazor = reference.Contains("Blazor", StringComparison.Ordinal) || reference.StartsWith("Microsoft.AspNetCore.Components", StringComparison.Ordinal);
        return project switch
        {
            "LiveStash" => orleans || blazor,
            "LiveStash.Blazor" or "LiveStash.Testing" => orleans,
            "LiveStash.Orleans" => blazor || reference == "LiveStash.Orleans.Server",
            _ => project.StartsWith("LiveStash.Orleans", StringComparison.Ordinal) && blazor,
        };
    }

    private static string[] References(string path) =>
        [.. XDocument.Load(RepoFiles.PathTo(path)).Descendants()
            .Where(element => element.Name.LocalName is "PackageReference" or "ProjectReference" or "FrameworkReference" or "Reference")
            .Select(element => element.Attribute("Include")?.Value ?? element.Attribute("Update")?.Value ?? "")
            .Select(include => include.EndsWith(".csproj", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(include.Replace('\\', '/')) : include)];

    private static IEnumerable<string> Offences(string source) =>
        Forbidden().Matches(Comment().Replace(source, "")).Select(match => match.Value).Where(text => !text.StartsWith("Task", StringComparison.Ordinal) || !Clock().IsMatch(text));

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<method>\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"\]\((?!https?:)(?<path>[^)#]+)(#[^)]*)?\)")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(DateTime|DateTimeOffset)\s*\.\s*(UtcNow|Now|Today)\b|\bThread\s*\.\s*Sleep\b|\bTask\s*\.\s*Delay\((?>[^()]+|\((?<open>)|\)(?<-open>))*(?(open)(?!))\)")]
    private static partial Regex Forbidden();

    /// <summary>A Task.Delay on a clock that a test can hold.</summary>
    [GeneratedRegex(@",\s*\w*[tT]ime(Provider)?\b")]
    private static partial Regex Clock();
}
