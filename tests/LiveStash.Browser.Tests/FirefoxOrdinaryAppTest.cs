using System.Globalization;
using LiveStash.Browser.Tests.Browsing.Firefox;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A test with pages of the ordinary app in Firefox, behind a link that can be slow, cut and healed.</summary>
/// <param name="output">For what the server says.</param>
/// <param name="settings">Arguments for the host.</param>
public abstract class FirefoxOrdinaryAppTest(ITestOutputHelper output, params string[] settings) : IAsyncLifetime
{
    private protected const string Circuit = "document.querySelector('[data-circuit]')?.dataset.circuit";

    private readonly FirefoxFixture _firefox = new();
    private readonly TestLog _log = new();

    private protected ServerProcess Server { get; private set; } = default!;

    private protected TcpProxy Link { get; private set; } = default!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        Server = new(HostProject.OrdinaryApp, _log, settings);
        await Task.WhenAll(Server.StartAsync(), _firefox.InitializeAsync());
        Link = new(Server.Port);
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await _firefox.DisposeAsync();
        await Link.DisposeAsync();
        await Server.DisposeAsync();
        output.WriteLine(_log.Since(0));
    }

    /// <summary>Opens a page in a tab of a new visitor, and waits until it has set its fields up.</summary>
    private protected async Task<FirefoxTab> OpenAsync(string path)
    {
        var tab = await _firefox.NewVisitorAsync();
        await tab.OpenAsync(new(Link.Address, path));
        await HasSetUpAsync(tab, Circuit, "undefined");
        return tab;
    }

    /// <summary>The connection is away until the server has given the circuit up; then the page comes back.</summary>
    private protected async Task LoseAsync(FirefoxTab tab)
    {
        var circuit = await tab.EvaluateAsync(Circuit);
        await Link.CutAsync();
        await FirefoxTab.UntilAsync(async () => (int.Parse((await Server.GetAsync("/circuits")).Text, CultureInfo.InvariantCulture) == 0, "there are circuits"));
        Link.Heal();
        await HasSetUpAsync(tab, Circuit, circuit);
    }

    /// <summary>A component library sets its fields up once more after the first render.</summary>
    private protected static async Task HasSetUpAsync(FirefoxTab tab, string other, string than)
    {
        await tab.HasAsync($"String({other}) !== '{than}' && document.activeElement !== document.body", "true");
        await tab.HasAsync("performance.now() > 3000", "true");
    }
}
