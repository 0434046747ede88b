using System.Globalization;

namespace LiveStash.Packages.Tests.Hosting;

/// <summary>
/// A folder outside of the repo with all packages in it. Beside it the sources of the machine count; what is installed stays in the
/// folder, and what the machine has already is taken from there.
/// </summary>
internal sealed class PackageFeed : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("livestash-packages-");

    /// <summary>Of no other run, so that no cache has an older package by this version; after all that the repo makes itself.</summary>
    public string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}");

    public string Folder => _folder.FullName;

    public string Packages => Path.Combine(Folder, "feed");

    /// <summary>What keeps a template that is installed here from the machine's own.</summary>
    public string[] TemplateOptions => ["--debug:custom-hive", Path.Combine(Folder, "templates")];

    public async Task FillAsync()
    {
        var cache = (await Dotnet.RunAsync(Folder, "nuget", "locals", "global-packages", "--list")).Split(": ", 2)[1].Trim();
        File.Copy(Path.Combine(Repo.Root, "global.json"), Path.Combine(Folder, "global.json"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "NuGet.config"),
            $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="installed" /></config>
              <fallbackPackageFolders><add key="machine" value="{cache}" /></fallbackPackageFolders>
              <packageSources><add key="livestash" value="feed" /></packageSources>
            </configuration>
            """);
        await Dotnet.RunAsync(Repo.Root, "pack", "LiveStash.Orleans.sln", "--no-build", "--configuration", Repo.Configuration, "--output", Packages, "--verbosity", "quiet", $"-p:MinVerVersionOverride={Version}");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
