using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using PublicApiGenerator;

namespace LiveStash.Tests.PublicApi;

/// <summary>
/// Compares what an assembly offers to its callers with a text file. Other test projects link this file and RepoFiles.cs,
/// reference PublicApiGenerator, and keep their own text beside the test that calls it.
/// </summary>
internal static class PublicApiPin
{
    private static readonly ApiGeneratorOptions s_options = new()
    {
        // Versions and build settings are not the surface.
        IncludeAssemblyAttributes = false,
        // Where extension methods of IServiceCollection and of an app belong; the generator leaves them out otherwise.
        AllowNamespacePrefixes = ["Microsoft.Extensions.DependencyInjection", "Microsoft.AspNetCore.Builder"],
        ExcludeAttributes = ["System.Runtime.CompilerServices.CompilerGeneratedAttribute"],
    };

    /// <summary>Compares with <c>{assembly name}.txt</c> beside the source file of the calling test.</summary>
    public static void Verify(Assembly assembly, [CallerFilePath] string callerFile = "")
    {
        var name = assembly.GetName().Name!;

        // From "tests/" on: what stands before it may be mapped away by a deterministic build.
        var source = callerFile.Replace('\\', '/');
        var folder = Path.GetDirectoryName(source[(source.LastIndexOf("/tests/", StringComparison.Ordinal) + 1)..])!;
        Verify(
            assembly.GeneratePublicApi(s_options),
            RepoFiles.PathTo(folder, $"{name}.txt"),
            Path.Combine(AppContext.BaseDirectory, "PublicApi", $"{name}.received.txt"));
    }

    /// <summary>Compares text with a pinned file; where they differ, writes the text to a file to take over and shows the difference.</summary>
    internal static void Verify(string received, string pinnedFile, string receivedFile)
    {
        var actual = Lines(received);
        var expected = File.Exists(pinnedFile) ? Lines(File.ReadAllText(pinnedFile)) : [];
        Directory.CreateDirectory(Path.GetDirectoryName(receivedFile)!);
        if (actual.SequenceEqual(expected, StringComparer.Ordinal))
        {
            File.Delete(receivedFile);
            return;
        }

        File.WriteAllText(receivedFile, string.Join('\n', actual) + "\n");
        Assert.Fail($"What is there differs from {pinnedFile}:\n{Difference(expected, actual)}\nIf this is meant, copy over it {receivedFile}");
    }

    /// <summary>Lines that went (-) and came (+), in order, by the longest common subsequence, each run with the lines that enclose it.</summary>
    internal static string Difference(string[] expected, string[] actual)
    {
        var common = new int[expected.Length + 1, actual.Length + 1];
        for (var i = expected.Length - 1; i >= 0; i--)
        {
            for (var j = actual.Length - 1; j >= 0; j--)
            {
                common[i, j] = expected[i] == actual[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var text = new StringBuilder();
        string? before = null;
        for (int i = 0, j = 0; i < expected.Length || j < actual.Length;)
        {
            if (i < expected.Length && j < actual.Length && expected[i] == actual[j])
            {
                before = expected[i];
                i++;
                j++;
                continue;
            }

            if (before is not null)
            {
                text.Append("  ").AppendLine(before);
                before = null;
            }

            var gone = j == actual.Length || (i < expected.Length && common[i + 1, j] >= common[i, j + 1]);
            text.AppendLine(gone ? $"- {expected[i++]}" : $"+ {actual[j++]}");
        }

        return text.ToString();
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
}
