using System.Reflection;

namespace LiveStash.Browser.Tests.Hosting;

/// <summary>Build output of a host.</summary>
internal sealed record HostBuild(string Assembly, BlazorScript Script)
{
    private const string RuntimePackFolder = "runtime-pack";

    private static readonly string Configuration =
        typeof(HostBuild).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static readonly string Root = FindRoot();

    /// <summary>The build with this script, or why there is none.</summary>
    public static (HostBuild? Build, string? Reason) Find(HostProject host, BlazorScript script)
    {
        var usual = Read(Path.Combine(Root, "samples", host.Name, "bin", Configuration, "net10.0", host.Name + ".dll"));
        if (usual is not null && (script == BlazorScript.AsBuilt || script == usual.Script))
        {
            return (usual, null);
        }

        // tests/build-runtime-pack-host.sh puts it here, or a text that says why it could not.
        var folder = Path.Combine(Root, "tests", "LiveStash.Browser.Tests", "bin", RuntimePackFolder);
        if (script == BlazorScript.Net9)
        {
            var reason = Path.Combine(folder, host.Name + ".skipped.txt");
            return Read(Path.Combine(folder, "bin", host.Name, Configuration.ToLowerInvariant(), host.Name + ".dll")) is { } second
                ? (second, null)
                : (null, File.Exists(reason) ? File.ReadAllText(reason).Trim() : "The host was not built with .NET 9's script: run tests/build-runtime-pack-host.sh.");
        }

        return (null, usual is null ? $"samples/{host.Name} is not built." : "The SDK's package of .NET 10's script does not restore here.");
    }

    /// <exception cref="InvalidOperationException">There is no such build; the message says why.</exception>
    public static HostBuild Require(HostProject host, BlazorScript script)
    {
        var (build, reason) = Find(host, script);
        return build ?? throw new InvalidOperationException(reason);
    }

    private static HostBuild? Read(string assembly)
    {
        if (!File.Exists(assembly))
        {
            return null;
        }

        // Lists where each static file comes from; the folder is that of samples/BlazorScript.targets.
        var assets = File.ReadAllText(Path.ChangeExtension(assembly, ".staticwebassets.runtime.json"));
        return new(assembly, assets.Contains("/blazor-script/", StringComparison.Ordinal) ? BlazorScript.Net9 : BlazorScript.Net10);
    }

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
