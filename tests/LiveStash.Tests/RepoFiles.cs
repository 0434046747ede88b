using System.Runtime.CompilerServices;

namespace LiveStash.Tests;

/// <summary>Where the repo lies: found from the path of this source file, or from the test's output folder upwards.</summary>
internal static class RepoFiles
{
    public static string Root { get; } = FindRoot();

    public static string PathTo(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Source files under a folder of the repo, without build output; paths relative to the root, with slashes.</summary>
    public static IEnumerable<string> Sources(string folder, params string[] extensions) =>
        Directory.EnumerateFiles(PathTo(folder), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => extensions.Contains(Path.GetExtension(path)) && !path.EndsWith(".lib.module.js", StringComparison.Ordinal) && !path.Split('/').Any(part => part is "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal);

    // The path the compiler saw may be mapped away (deterministic builds), the output folder may lie elsewhere: try both.
    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        foreach (var start in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(thisFile) })
        {
            for (var folder = start; !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
            {
                if (File.Exists(Path.Combine(folder, "LiveStash.Orleans.sln")))
                {
                    return folder;
                }
            }
        }

        throw new InvalidOperationException($"No LiveStash.Orleans.sln above {AppContext.BaseDirectory} or {thisFile}.");
    }
}
