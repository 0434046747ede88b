using System.Text.RegularExpressions;
using LiveStash.Packages.Tests.Hosting;

namespace LiveStash.Packages.Tests;

/// <summary>Whoever follows the README of LiveStash.Testing in an empty test project has tests that pass.</summary>
[Collection(NewAppsCollection.Name)]
public sealed partial class TestingTests(NewApps apps)
{
    [Fact]
    public async Task Tests_OfTheReadme_BuildWithoutAWarningAndPass()
    {
        Assert.Empty(apps.Findings(apps["Shop"]));
        Assert.Empty(apps.Findings(apps[NewApps.TestProject]));

        // A failed test is an exception, with what was printed.
        var printed = await Dotnet.RunAsync(apps[NewApps.TestProject].Folder, "test", "--no-build");

        var passed = Passed().Match(printed);
        Assert.True(passed.Success && int.Parse(passed.Groups["count"].ValueSpan) > 40, printed);
    }

    [GeneratedRegex(@"Failed: +0, Passed: +(?<count>\d+), Skipped: +0,")]
    private static partial Regex Passed();
}
