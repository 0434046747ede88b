using System.Diagnostics;
using System.Globalization;
using System.Text;
using WebDriverBiDi;
using WebDriverBiDi.BrowsingContext;

namespace LiveStash.Browser.Tests.Browsing.Firefox;

/// <summary>The Firefox of the machine. It speaks WebDriver BiDi by itself: no driver, nothing is downloaded.</summary>
public sealed class FirefoxFixture : IAsyncLifetime
{
    /// <summary>The visitor that there is from the start.</summary>
    internal const string UsualVisitor = "default";

    /// <summary>Environment variable with the path of another Firefox than one on the PATH.</summary>
    public const string PathVariable = "LIVESTASH_FIREFOX";

    private const string Listening = "WebDriver BiDi listening on ";

    // The name of a process that shows pages of one site.
    private const string PageProcess = "Isolated Web Co";

    // The preferences that Firefox takes on by itself when it is driven keep a killed one from opening its tabs again.
    private const string Preferences =
        """
        user_pref("remote.prefs.recommended", false);
        user_pref("browser.sessionstore.interval", 100);
        user_pref("toolkit.startup.max_resumed_crashes", -1);
        user_pref("browser.aboutwelcome.enabled", false);
        user_pref("browser.newtabpage.enabled", false);
        user_pref("browser.shell.checkDefaultBrowser", false);
        user_pref("browser.startup.homepage", "about:blank");
        user_pref("app.normandy.enabled", false);
        user_pref("datareporting.policy.dataSubmissionEnabled", false);
        """;

    private static readonly string[] Programs = ["firefox-esr", "firefox"];

    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("livestash-firefox-");
    private Process? _process;
    private BiDiDriver _driver = default!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_profile.FullName, "user.js"), Preferences);
        await StartAsync();
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await KillAsync();
        _profile.Delete(recursive: true);
    }

    /// <summary>Starts the browser. One that was killed opens the tabs of the usual visitor again.</summary>
    internal async Task StartAsync()
    {
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo(FindFirefox(), ["--headless", "--no-remote", "--profile", _profile.FullName, "--remote-debugging-port", "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["MOZ_CRASHREPORTER_DISABLE"] = "1"; // its helper outlives the browser
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith(Listening, StringComparison.Ordinal) == true)
            {
                address.TrySetResult(line.Data[Listening.Length..]);
            }
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        _driver = new(StashPage.Patience);
        await _driver.StartAsync($"{await address.Task.WaitAsync(StashPage.Patience, TimeProvider.System)}/session");
        await _driver.Session.NewSessionAsync(new());
    }

    /// <summary>kill -9 of all of its processes.</summary>
    internal async Task KillAsync()
    {
        if (_driver is not null)
        {
            await _driver.DisposeAsync();
        }

        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }

    /// <summary>kill -9 of the processes that show pages, as when memory runs out. Their tabs say that they have crashed.</summary>
    internal void KillPages()
    {
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                if (process.ProcessName == PageProcess && CommandOf(process).Contains($" -parentPid {_process!.Id} ", StringComparison.Ordinal))
                {
                    process.Kill();
                }
            }
        }
    }

    /// <summary>A tab of a visitor who has never been here.</summary>
    internal async Task<FirefoxTab> NewVisitorAsync() => await NewTabAsync((await _driver.Browser.CreateUserContextAsync(new())).UserContextId);

    /// <summary>An ordinary new tab of the same visitor.</summary>
    internal async Task<FirefoxTab> NewTabAsync(string visitor)
    {
        var tab = await _driver.BrowsingContext.CreateAsync(new(CreateType.Tab) { UserContextId = visitor });
        return new(_driver, tab.BrowsingContextId, visitor);
    }

    /// <summary>Closes the tabs of all other visitors than the usual one.</summary>
    internal async Task ForgetVisitorsAsync()
    {
        var visitors = await _driver.Browser.GetUserContextsAsync(new());
        foreach (var visitor in visitors.UserContexts.Where(static visitor => visitor.UserContextId != UsualVisitor))
        {
            await _driver.Browser.RemoveUserContextAsync(new(visitor.UserContextId));
        }
    }

    /// <summary>The tab that shows an address, as soon as there is one.</summary>
    internal async Task<FirefoxTab> TabAtAsync(Uri address)
    {
        FirefoxTab? found = null;
        await FirefoxTab.UntilAsync(async () =>
        {
            var tabs = await _driver.BrowsingContext.GetTreeAsync(new());
            if (tabs.ContextTree.FirstOrDefault(tab => tab.Url == address.ToString()) is { } tab)
            {
                found = new(_driver, tab.BrowsingContextId, tab.UserContextId);
            }

            return (found is not null, string.Join(' ', tabs.ContextTree.Select(static tab => tab.Url)));
        });
        return found!;
    }

    /// <summary>
    /// Waits until what the browser would open again after a crash is written down, with a text in it that is too random to be
    /// found compressed.
    /// </summary>
    internal Task HasWrittenAsync(string text) => FirefoxTab.UntilAsync(() =>
    {
        var session = Read(Path.Combine(_profile.FullName, "sessionstore-backups", "recovery.jsonlz4"));
        return Task.FromResult((session.Contains(text, StringComparison.Ordinal), "The session is not written down."));
    });

    private static string CommandOf(Process process) => Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/cmdline")).Replace('\0', ' ');

    /// <summary>A file that may go at any moment: empty then.</summary>
    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file, Encoding.Latin1);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static string FindFirefox()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path)
        {
            return path;
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Programs.SelectMany(program => folders.Select(folder => Path.Combine(folder, program))).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"There is no Firefox on the PATH. Install it (apt-get install {Programs[0]}), or set {PathVariable}.");
    }
}
