using System.Diagnostics;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>A program that ran to its end.</summary>
internal sealed record ProgramRun(int ExitCode, string Output)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    public static Task<ProgramRun> SiloHostAsync(params string[] args) => RunAsync("dotnet", [BuildOutput.SiloHost, .. args]);

    public static async Task<ProgramRun> RunAsync(string file, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(file, args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var timeout = new CancellationTokenSource(Timeout);
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return new(process.ExitCode, await output + await errors);
    }

    /// <summary>It ended with an exit code and these texts, and printed no stack trace.</summary>
    public void Failed(int exitCode, params string[] texts)
    {
        Assert.True(exitCode == ExitCode, $"{ExitCode}: {Output}");
        Assert.All(texts, text => Assert.Contains(text, Output, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", Output, StringComparison.Ordinal);
    }
}
