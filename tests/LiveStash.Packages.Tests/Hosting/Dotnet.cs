using System.Diagnostics;

namespace LiveStash.Packages.Tests.Hosting;

/// <summary>The dotnet command, as a user calls it.</summary>
internal static class Dotnet
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>Runs a command to its end and answers with what it printed; one that fails is an exception.</summary>
    public static async Task<string> RunAsync(string folder, params IEnumerable<string> args)
    {
        var (exitCode, output) = await EndAsync(Command(folder, args));
        return exitCode == 0 ? output : throw new InvalidOperationException($"dotnet {string.Join(' ', args)} in {folder} ended with {exitCode}:{Environment.NewLine}{output}");
    }

    /// <summary>Builds, also what does not compile, and answers with what the build printed.</summary>
    public static async Task<string> BuildAsync(string folder, string project, params IEnumerable<string> options)
    {
        // A compiler server saves half of the time. With a folder for its pipe it is this build's own, and can be ended after it.
        var temporary = Directory.CreateDirectory(Path.Combine(folder, "tmp")).FullName;
        var (_, output) = await EndAsync(Shared(["build", project, "-maxCpuCount", "-p:UseSharedCompilation=true", .. options]));
        await EndAsync(Shared(["build-server", "shutdown", "--vbcscompiler"]));
        return output;

        ProcessStartInfo Shared(string[] args)
        {
            var start = Command(folder, args);
            start.Environment["TMPDIR"] = temporary;
            return start;
        }
    }

    /// <summary>The command, to be started by the caller.</summary>
    public static ProcessStartInfo Command(string folder, IEnumerable<string> args)
    {
        var start = new ProcessStartInfo("dotnet", args)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the host of the tests sets for itself is not a user's; and no server of a build may outlive it.
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) || name == "DOTNET_ENVIRONMENT").ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        return start;
    }

    private static async Task<(int ExitCode, string Output)> EndAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(Timeout);
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + await errors);
    }
}
