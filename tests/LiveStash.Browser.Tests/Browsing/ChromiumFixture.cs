using Microsoft.Playwright;

namespace LiveStash.Browser.Tests.Browsing;

/// <summary>The Chromium of the machine, one process for each fixture. Nothing is downloaded.</summary>
public sealed class ChromiumFixture : IAsyncLifetime
{
    /// <summary>Environment variable with the path of another Chromium than the one on the PATH.</summary>
    public const string PathVariable = "LIVESTASH_CHROMIUM";

    private IPlaywright? _playwright;

    /// <summary>The browser.</summary>
    public IBrowser Browser { get; private set; } = default!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout((float)StashPage.Patience.TotalMilliseconds);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = FindChromium(),
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    private static string FindChromium()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path)
        {
            return path;
        }

        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "chromium"))
            .FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"There is no chromium on the PATH. Install it (apt-get install chromium), or set {PathVariable}.");
    }
}
