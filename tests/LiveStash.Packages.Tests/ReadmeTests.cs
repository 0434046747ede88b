using System.Text;
using System.Text.RegularExpressions;
using LiveStash.Packages.Tests.Hosting;

namespace LiveStash.Packages.Tests;

/// <summary>Whoever follows README.md in an empty app has what it says.</summary>
[Collection(NewAppsCollection.Name)]
public sealed partial class ReadmeTests(NewApps apps)
{
    [Theory]
    [MemberData(nameof(NewApps.Readme), MemberType = typeof(NewApps))]
    public void App_BuiltWithWarningsAsErrors_OnlyTheRuleThatItBreaksIsReported(string name)
    {
        var finding = Assert.Single(apps.Findings(apps[name]));

        Assert.Matches($@"/Wrong\.razor\(3,\d+\): warning {NewApps.Mistake}:", finding);
        Assert.Contains(apps.Feed.Version, apps[name].Read($"{name}.csproj"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NewApps.Readme), MemberType = typeof(NewApps))]
    public async Task App_Started_ServesThePageAndTheScript(string name)
    {
        await using var running = new RunningApp(apps[name], "/counter");

        var page = await running.StartAsync();

        Assert.Contains("<button>0</button>", page, StringComparison.Ordinal);
        var initializers = Listed().Match(page) is { Success: true } listed
            ? Encoding.UTF8.GetString(Convert.FromBase64String(listed.Groups["list"].Value))
            : await running.GetAsync("/_blazor/initializers");
        var script = Script().Match(initializers);
        Assert.True(script.Success, $"The script is not in {initializers}");
        Assert.Contains("beforeServerStart", await running.GetAsync($"/{script.Value}"), StringComparison.Ordinal);
        if (name.StartsWith("With", StringComparison.Ordinal) && name != "WithIdentity")
        {
            Assert.Contains("Name", await running.GetAsync("/form"), StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("<!--Blazor-Web-Initializers:(?<list>[^-]+)-->")]
    private static partial Regex Listed();

    [GeneratedRegex(@"_content/LiveStash\.Blazor/LiveStash\.Blazor\.(\w+\.)?lib\.module\.js")]
    private static partial Regex Script();
}
