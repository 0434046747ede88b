using System.Globalization;
using LiveStash.Browser.Tests.Browsing.Firefox;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>
/// What is typed and not yet with the server when the page loses its circuit, in Firefox, which sends no change for a field that a
/// render takes off the page.
/// </summary>
public sealed class FirefoxUnsentInputTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Circuit = "document.querySelector('[data-circuit]')?.dataset.circuit";

    private readonly FirefoxFixture _firefox = new();
    private readonly TestLog _log = new();
    private ServerProcess _server = default!;
    private TcpProxy _link = default!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        _server = new(HostProject.OrdinaryApp, _log);
        await Task.WhenAll(_server.StartAsync(), _firefox.InitializeAsync());
        _link = new(_server.Port);
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await _firefox.DisposeAsync();
        await _link.DisposeAsync();
        await _server.DisposeAsync();
        output.WriteLine(_log.Since(0));
    }

    [Theory]
    [InlineData("/booking", "document.getElementById('mail')", false)]
    [InlineData("/booking", "document.getElementById('mail')", true)]
    [InlineData("/fluent", "document.querySelectorAll('fluent-text-input')[1]", false)]
    [InlineData("/fluent", "document.querySelectorAll('fluent-text-input')[1]", true)]
    public async Task Field_HalfTypedSlowly_IsThereAndSentWhenItIsLeft(string path, string field, bool isReloaded)
    {
        var tab = await _firefox.NewVisitorAsync();
        await tab.OpenAsync(new(_link.Address, path));
        await tab.HasAsync($"{Circuit} !== undefined && document.activeElement !== document.body", "true");
        await tab.HasAsync("performance.now() > 3000", "true"); // a component library sets its fields up once more after the first render
        var circuit = await tab.EvaluateAsync(Circuit);
        await tab.EvaluateAsync($"{field}.focus()");
        await tab.TypeSlowlyAsync("Lond");

        if (isReloaded)
        {
            await tab.ReloadAsync();
        }
        else
        {
            await _link.CutAsync();
            await FirefoxTab.UntilAsync(async () => (await CircuitsAsync() == 0, "there are circuits"));
            _link.Heal();
        }

        await tab.HasAsync($"{Circuit} !== undefined && {Circuit} !== '{circuit}' && {field}?.value", "Lond");
        await tab.ClickAsync("h1");
        await tab.HasAsync("document.getElementById('shown')?.textContent.includes('|Lond|')", "true");
    }

    private async Task<int> CircuitsAsync() => int.Parse((await _server.GetAsync("/circuits")).Text, CultureInfo.InvariantCulture);
}
