using System.IO.Compression;
using System.Xml.Linq;
using LiveStash.Packages.Tests.Hosting;

namespace LiveStash.Packages.Tests;

/// <summary>What <c>dotnet pack</c> makes of the solution.</summary>
[Collection(NewAppsCollection.Name)]
public sealed class PackageTests(NewApps apps)
{
    private static readonly string[] Libraries = ["LiveStash", "LiveStash.Blazor", "LiveStash.Orleans", "LiveStash.Orleans.PostgreSql", "LiveStash.Orleans.Server", "LiveStash.Testing"];

    [Fact]
    public void Pack_OfTheSolution_MakesThesePackagesAndNoOther()
    {
        var expected = Libraries.SelectMany(static id => new[] { (id, "nupkg"), (id, "snupkg") }).Append(("LiveStash.Templates", "nupkg")).Select(package => $"{package.Item1}.{apps.Feed.Version}.{package.Item2}");

        Assert.Equal(expected.Order(StringComparer.Ordinal), Directory.EnumerateFiles(apps.Feed.Packages).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("LiveStash")]
    [InlineData("LiveStash.Blazor", "LiveStash", "System.IO.Hashing")]
    [InlineData("LiveStash.Orleans", "LiveStash", "Microsoft.Orleans.Client")]
    [InlineData("LiveStash.Orleans.PostgreSql", "LiveStash.Orleans.Server", "Microsoft.Orleans.Server", "Npgsql")]
    [InlineData("LiveStash.Orleans.Server", "LiveStash.Orleans", "Microsoft.Orleans.Reminders", "Microsoft.Orleans.Server")]
    [InlineData("LiveStash.Templates")]
    [InlineData("LiveStash.Testing", "LiveStash.Blazor", "Microsoft.Extensions.TimeProvider.Testing", "xunit.assert", "xunit.extensibility.core")]
    public void Package_Dependencies_AreItsOwnProjects(string id, params string[] expected)
    {
        using var package = Open(id, "nupkg");

        var dependencies = Manifest(package).Descendants().Where(static element => element.Name.LocalName == "dependency").ToArray();

        Assert.Equal(expected, dependencies.Select(static element => element.Attribute("id")!.Value).Order(StringComparer.Ordinal));
        Assert.All(dependencies.Where(static element => element.Attribute("id")!.Value.StartsWith("LiveStash", StringComparison.Ordinal)), element => Assert.Equal(apps.Feed.Version, element.Attribute("version")!.Value));
    }

    [Theory]
    [InlineData("LiveStash", "lib/net10.0/LiveStash.dll", "lib/net10.0/LiveStash.xml")]
    [InlineData("LiveStash.Blazor", "lib/net10.0/LiveStash.Blazor.dll", "lib/net10.0/LiveStash.Blazor.xml", "analyzers/dotnet/cs/LiveStash.Blazor.Analyzers.dll", "analyzers/dotnet/cs/LiveStash.Blazor.CodeFixes.dll")]
    [InlineData("LiveStash.Orleans", "lib/net10.0/LiveStash.Orleans.dll", "lib/net10.0/LiveStash.Orleans.xml")]
    [InlineData("LiveStash.Orleans.PostgreSql", "lib/net10.0/LiveStash.Orleans.PostgreSql.dll", "lib/net10.0/LiveStash.Orleans.PostgreSql.xml", "schema/livestash.sql")]
    [InlineData("LiveStash.Orleans.Server", "lib/net10.0/LiveStash.Orleans.Server.dll", "lib/net10.0/LiveStash.Orleans.Server.xml")]
    [InlineData("LiveStash.Templates", "content/livestash-blazor/.template.config/template.json")]
    [InlineData("LiveStash.Testing", "lib/net10.0/LiveStash.Testing.dll", "lib/net10.0/LiveStash.Testing.xml")]
    public void Package_Content_IsWhole(string id, params string[] files)
    {
        using var package = Open(id, "nupkg");
        var metadata = Manifest(package).Descendants().ToLookup(static element => element.Name.LocalName, static element => element.Value);

        Assert.All([.. files, "README.md", "icon.png"], file => Assert.NotNull(package.GetEntry(file)));
        Assert.Equal(["MIT"], metadata["license"]);
        Assert.Equal(["README.md"], metadata["readme"]);
        Assert.Equal(["icon.png"], metadata["icon"]);
        Assert.All(["description", "tags"], name => Assert.NotEmpty(Assert.Single(metadata[name])));
        if (Libraries.Contains(id))
        {
            using var symbols = Open(id, "snupkg");
            Assert.NotNull(symbols.GetEntry($"lib/net10.0/{id}.pdb"));
        }
    }

    private ZipArchive Open(string id, string extension) => ZipFile.OpenRead(Path.Combine(apps.Feed.Packages, $"{id}.{apps.Feed.Version}.{extension}"));

    private static XDocument Manifest(ZipArchive package)
    {
        using var stream = package.Entries.Single(static entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(stream);
    }
}
