using System.Reflection;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>What the build made of the programs that the tests start.</summary>
internal static class BuildOutput
{
    private static readonly string Configuration =
        typeof(BuildOutput).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    public static string Root { get; } = FindRoot();

    public static string SiloHost => PathTo("silo-host", "SiloHost");

    public static string ClusterSample => PathTo("samples/Cluster", "Cluster");

    public static string EmbeddedSample => PathTo("samples/Embedded", "Embedded");

    public static string AspireSample => PathTo("samples/Aspire", "AspireSample");

    public static string ElevatorApp => PathTo("tests/LiveStash.ElevatorApp", "LiveStash.ElevatorApp");

    public static string PlainApp => PathTo("tests/LiveStash.PlainApp", "LiveStash.PlainApp");

    public static string Readme => Path.Combine(Root, "silo-host", "README.md");

    private static string PathTo(string project, string assembly) =>
        Path.Combine(Root, project, "bin", Configuration, "net10.0", assembly + ".dll") is var path && File.Exists(path)
            ? path
            : throw new InvalidOperationException($"{path} is not built.");

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
