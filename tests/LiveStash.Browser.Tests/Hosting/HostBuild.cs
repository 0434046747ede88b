using System.Reflection;

namespace LiveStash.Browser.Tests.Hosting;

/// <summary>Where the build put the hosts.</summary>
internal static class HostBuild
{
    private static readonly string Configuration =
        typeof(HostBuild).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static readonly string Root = FindRoot();

    /// <summary>What the adapter's users read.</summary>
    public static string ReadmeOfTheAdapter => Path.Combine(Root, "src", "LiveStash.Blazor", "README.md");

    /// <summary>The host's assembly.</summary>
    public static string AssemblyOf(HostProject host) => Path.Combine(Root, host.Folder, host.Name, "bin", Configuration, "net10.0", host.Name + ".dll");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LiveStash.Orleans.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run from inside the repository.");
    }
}
