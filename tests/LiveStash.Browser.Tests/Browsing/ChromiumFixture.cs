using Microsoft.Playwright;

namespace LiveStash.Browser.Tests.Browsing;

/// <summary>The Chromium of the machine, one process for each fixture. Nothing is downloaded.</summary>
public sealed class ChromiumFixture : IAsyncLifetime
{
    /// <summary>Environment variable with the path of another Chromium than one on the PATH.</summary>
    public const string PathVariable = "LIVESTASH_CHROMIUM";

    // The shell is Chromium without its windows, which cost more than the pages in them.
    private static readonly string[] Programs = ["chromium-headless-shell", "chromium"];

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

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Programs.SelectMany(program => folders.Select(folder => Path.Combine(folder, program))).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"There is no Chromium on the PATH. Install it (apt-get install {Programs[0]}), or set {PathVariable}.");
    }
}
