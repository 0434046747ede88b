using System.Globalization;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;

namespace LiveStash.Packages.Tests.Hosting;

/// <summary>Apps that were made from nothing, got the packages as the README says, and were built, all of them at once.</summary>
public sealed class NewApps : IAsyncLifetime
{
    /// <summary>The rule that each app of the README breaks once.</summary>
    internal const string Mistake = "LIVESTASH003";

    /// <summary>The tests of LiveStash.Testing's README.</summary>
    internal const string TestProject = "Shop.Tests";

    private static readonly string[] ReadmeApps = ["PerPage", "Global", "WithIdentity", "Classic", "WithMudBlazor", "WithFluentUI"];
    private static readonly string[] TemplateApps = ["embedded", "cohosted", "apart"];

    private readonly Dictionary<string, NewApp> _apps = [];
    private string _build = "";

    /// <summary>Names of the apps that follow the README.</summary>
    public static TheoryData<string> Readme => [.. ReadmeApps];

    /// <summary>The flavours of the template, which name their apps.</summary>
    public static TheoryData<string> Hosting => [.. TemplateApps];

    internal PackageFeed Feed { get; } = new();

    internal ChromiumFixture Chromium { get; } = new();

    internal NewApp this[string name] => _apps[name];

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        await Feed.FillAsync();
        await Dotnet.RunAsync(Feed.Folder, ["new", "install", $"LiveStash.Templates@{Feed.Version}", "--add-source", Feed.Packages, .. Feed.TemplateOptions]);
        await Task.WhenAll(ReadmeAppsAsync(), TestedAppAsync(), TemplateAppsAsync(), Chromium.InitializeAsync());

        // One build of all of them is several times as fast as one of each.
        var projects = string.Concat(_apps.Values.Select(app => $"""<Project Path="{app.Project}" />"""));
        await File.WriteAllTextAsync(Path.Combine(Feed.Folder, "Apps.slnx"), $"<Solution>{projects}</Solution>");
        _build = await Dotnet.BuildAsync(Feed.Folder, "Apps.slnx", "-warnAsError", $"-warnNotAsError:{Mistake}", "-consoleLoggerParameters:NoSummary");
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await Chromium.DisposeAsync();
        Feed.Dispose();
    }

    /// <summary>What the build said about an app, warnings and errors.</summary>
    internal string[] Findings(NewApp app) =>
        [.. _build.Split('\n').Where(line => line.Contains($"[{app.Project}", StringComparison.Ordinal)).Select(static line => line.Trim()).Distinct()];

    private async Task ReadmeAppsAsync()
    {
        await MakeAsync("PerPage", "blazor");
        await MakeAsync("Global", "blazor", "--all-interactive");
        await MakeAsync("WithIdentity", "blazor", "-au", "Individual");
        await MakeAsync("WithMudBlazor", "blazor", "--all-interactive");
        await MakeAsync("WithFluentUI", "blazor");
        await AddAsync(_apps["WithMudBlazor"], "MudBlazor", "MudBlazor.Services.ServiceCollectionExtensions.AddMudServices(builder.Services);", """<MudTextField T="string" Label="Name" @bind-Value="Name" />""");
        await AddAsync(_apps["WithFluentUI"], "Microsoft.FluentUI.AspNetCore.Components", "builder.Services.AddFluentUIComponents();", """<FluentTextInput Label="Name" @bind-Value="Name" />""");
        ClassicApp.Write(Add("Classic", new(Path.Combine(Feed.Folder, "Classic"), "Classic")));
        foreach (var app in ReadmeApps.Select(name => _apps[name]))
        {
            await FollowReadmeAsync(app);
        }
    }

    /// <summary>What somebody does who reads README.md, word for word; and a mistake.</summary>
    private static async Task FollowReadmeAsync(NewApp app)
    {
        var install = Repo.Snippet("bash", "Install").Trim().Split(' ');
        Assert.Equal("dotnet", install[0]);
        await Dotnet.RunAsync(app.Folder, install[1..]);
        var pages = app.Name == "Classic" ? "Pages" : "Components/Pages";
        app.Write($"{pages}/Counter.razor", Repo.Snippet("razor", "Use"));
        app.Register(Repo.Snippet("csharp", "Use"));
        app.Write($"{pages}/Wrong.razor",
            """
            @using LiveStash
            @code {
                [Stash] private object? Anything { get; set; }
            }
            """);
    }

    /// <summary>A library of components as its own documentation says, with all names where they could meet those of LiveStash.</summary>
    private static async Task AddAsync(NewApp app, string library, string registration, string field)
    {
        await Dotnet.RunAsync(app.Folder, "add", "package", library, "--version", Repo.VersionOf(library), "--no-restore");
        app.Write("Components/_Imports.razor", $"{app.Read("Components/_Imports.razor")}\n@using LiveStash\n@using {library}\n");
        app.Write("Program.cs", $"using LiveStash;\nusing {library};\n{app.Read("Program.cs")}");
        app.Register(registration);
        app.Write("Components/Pages/Form.razor",
            $$"""
            @page "/form"
            @rendermode InteractiveServer

            {{field}}

            @code {
                [Stash] private string Name { get; set; } = "";
            }
            """);
    }

    /// <summary>The app of LiveStash.Testing's README, and its tests, word for word.</summary>
    private async Task TestedAppAsync()
    {
        await MakeAsync("Shop", "blazor");
        await MakeAsync(TestProject, "xunit");
        var (app, tests) = (_apps["Shop"], _apps[TestProject]);
        await Dotnet.RunAsync(app.Folder, Repo.Snippet("bash", "Install").Trim().Split(' ')[1..]);
        app.Register(Repo.Snippet("csharp", "LiveStash for Blazor on Orleans"));
        app.Write("Components/Pages/Checkout.razor", TestingReadme("razor").First());
        await Dotnet.RunAsync(tests.Folder, "add", "reference", app.Project);
        foreach (var command in TestingReadme("bash").First().Trim().Split('\n'))
        {
            await Dotnet.RunAsync(tests.Folder, command.Split(' ')[1..]);
        }

        var snippets = TestingReadme("csharp").ToArray();
        tests.Write("CheckoutTests.cs", string.Join(Environment.NewLine, [snippets[0].TrimEnd('}', '\n'), .. snippets.Where(static text => text.StartsWith("[Fact]", StringComparison.Ordinal)), "}"]));
        tests.Write("MyEngineTests.cs", snippets[^1]);
    }

    private static IEnumerable<string> TestingReadme(string language) => Repo.Snippets(language, "LiveStash.Testing", "src/LiveStash.Testing/README.md");

    private async Task TemplateAppsAsync()
    {
        foreach (var hosting in TemplateApps)
        {
            await MakeAsync(hosting, ["livestash-blazor", "--hosting", hosting, .. Feed.TemplateOptions]);
        }

        var apart = Path.Combine(Feed.Folder, "apart");
        Add("apart", new(Path.Combine(apart, "apart"), "apart"));
        Add("apart.Silo", new(Path.Combine(apart, "apart.Silo"), "apart.Silo"));

        // Orleans' usual ports may be those of another cluster on this machine.
        const string Localhost = "UseLocalhostClustering()";
        var gateway = FreePort.Take().ToString(CultureInfo.InvariantCulture);
        _apps["cohosted"].Replace("Program.cs", Localhost, $"UseLocalhostClustering({FreePort.Take()}, {FreePort.Take()})");
        _apps["apart.Silo"].Replace("Program.cs", Localhost, $"UseLocalhostClustering({FreePort.Take()}, {gateway})");
        _apps["apart"].Replace("Program.cs", Localhost, $"UseLocalhostClustering({gateway})");
    }

    private async Task MakeAsync(string name, params string[] template)
    {
        await Dotnet.RunAsync(Feed.Folder, ["new", .. template, "--name", name, "--output", name, .. template[0] is "blazor" or "xunit" ? new[] { "--no-restore" } : []]);
        Add(name, new(Path.Combine(Feed.Folder, name), name));
    }

    private NewApp Add(string name, NewApp app)
    {
        lock (_apps)
        {
            return _apps[name] = app;
        }
    }
}
