namespace LiveStash.Browser.Benchmarks.Browsing;

/// <summary>The Chromium of the machine.</summary>
internal static class Chromium
{
    /// <summary>Environment variable with the path of another Chromium than the one on the PATH.</summary>
    private const string PathVariable = "LIVESTASH_CHROMIUM";

    public static string? Find() =>
        Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path
            ? path
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(static folder => new[] { Path.Combine(folder, "chromium"), Path.Combine(folder, "chromium-headless-shell") }).FirstOrDefault(File.Exists);
}
