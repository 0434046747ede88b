using System.Text;
using System.Text.RegularExpressions;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>What a stranger copies out of the READMEs and the recipes compiles.</summary>
public sealed partial class ReadmeSnippetTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>As in the app of a stranger: what the snippets speak of, and what <c>dotnet new blazor</c> imports.</summary>
    private const string Support =
        """
        public class CartState
        {
            [LiveStash.Stash] public List<string> Items { get; set; } = [];
        }

        namespace Shop.Components
        {
            public class App : Microsoft.AspNetCore.Components.ComponentBase;
        }
        """;

    private const string Test = "[Fact]";

    private static readonly string[] TestUsings = ["using Bunit;", "using LiveStash.Testing;", "using Shop.Components.Pages;"];

    private const string Imports =
        """
        @using Microsoft.AspNetCore.Components.Forms
        @using Microsoft.AspNetCore.Components.Web
        @using static Microsoft.AspNetCore.Components.Web.RenderMode
        @using LiveStash
        """;

    /// <summary>What the names of the assemblies start with that snippets use.</summary>
    private static readonly string[] SpokenOf = ["LiveStash", "Orleans", "bunit", "AngleSharp", "xunit.", "Microsoft.Extensions.TimeProvider.Testing"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("livestash-readme-");

    /// <inheritdoc />
    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Snippets_OfAllReadmesAndRecipes_Compile()
    {
        Write("Support.cs", Support);
        Write("_Imports.razor", Imports);
        var count = 0;
        foreach (var readme in Readmes())
        {
            var name = Path.GetRelativePath(BuildOutput.Root, readme).Replace('/', '_').Replace('.', '_');
            foreach (Match snippet in Snippet().Matches(await File.ReadAllTextAsync(readme)))
            {
                Write(FileOf(snippet, $"Readme_{name}_{++count}"), snippet.Groups["language"].Value == "razor" ? snippet.Groups["text"].Value : Wrap(snippet.Groups["text"].Value, count));
            }
        }

        Assert.True(count >= 10, $"Only {count} snippets were found.");
        Write("Readme.csproj", Project());
        var build = await ProgramRun.RunAsync("dotnet", "build", Path.Combine(_folder.FullName, "Readme.csproj"), "--nologo", "--verbosity", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false");

        output.WriteLine($"{count} snippets");
        Assert.True(build.ExitCode == 0, build.Output);
    }

    private static IEnumerable<string> Readmes() =>
        Directory.EnumerateFiles(BuildOutput.Root, "README.md", SearchOption.AllDirectories)
            .Union(Directory.EnumerateFiles(Path.Combine(BuildOutput.Root, "samples", "Recipes"), "*.md", SearchOption.AllDirectories))
            .Where(static path => !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal));

    private static string FileOf(Match snippet, string otherwise) => snippet.Groups["language"].Value == "csharp" ? $"{otherwise}.cs"
        : RazorName().Match(snippet.Groups["text"].Value) is { Success: true } named ? named.Groups["file"].Value : $"{otherwise}.razor";

    /// <summary>A snippet of statements is of Program.cs, where there is a builder; a test is of the class of tests that stands before it.</summary>
    private static string Wrap(string text, int number)
    {
        var isTest = text.StartsWith(Test, StringComparison.Ordinal);
        var lines = text.Split('\n').ToLookup(static line => line.StartsWith("using ", StringComparison.Ordinal));

        // One that names some names all.
        string[] all = [.. lines[true].Any() ? [] : new[] { "using LiveStash;" }, "using Microsoft.AspNetCore.Components;", .. isTest ? TestUsings : []];
        var usings = string.Concat(all.Concat(lines[true]).Distinct().Select(static line => line + '\n'));
        text = string.Join('\n', lines[false]);
        if (isTest || text.Contains("class ", StringComparison.Ordinal))
        {
            return usings + (isTest ? $"public partial class CheckoutTests\n{{\n{text}}}\n" : text);
        }

        // A whole Program.cs makes its builder itself.
        var parameter = text.Contains("var builder = ", StringComparison.Ordinal) ? "string[] args" : "WebApplicationBuilder builder";
        var result = text.Contains("await ", StringComparison.Ordinal) ? "async Task" : "void";
        return $"{usings}internal static class Snippet{number}\n{{\n    public static {result} Run({parameter})\n    {{\n{text}\n    }}\n}}\n";
    }

    private static string Project()
    {
        var references = new StringBuilder();
        foreach (var path in Directory.EnumerateFiles(Path.GetDirectoryName(BuildOutput.SiloHost)!, "*.dll").Concat(Directory.EnumerateFiles(Path.GetDirectoryName(BuildOutput.ClusterSample)!, "LiveStash*.dll"))
            .Concat(Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")).DistinctBy(Path.GetFileName))
        {
            if (Path.GetFileName(path) is var file && (SpokenOf.Any(start => file.StartsWith(start, StringComparison.Ordinal)) && !file.Contains(".Tests", StringComparison.Ordinal)))
            {
                references.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"    <Reference Include=\"{path}\" />");
            }
        }

        return $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Library</OutputType>
                <RootNamespace>Shop</RootNamespace>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RequiresAspNetWebAssets>false</RequiresAspNetWebAssets>
              </PropertyGroup>
              <ItemGroup>
                <Using Include="Xunit" />
            {references}  </ItemGroup>
            </Project>
            """;
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(_folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    [GeneratedRegex(@"^```(?<language>csharp|razor)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"@\* (?<file>[\w/]+\.razor) \*@")]
    private static partial Regex RazorName();
}
