using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>A test that leaves its server alone.</summary>
public abstract class SharedServerTest(SharedServer shared, ITestOutputHelper output) : BrowserTest(shared.Chromium, shared.Log, output)
{
    private protected SharedServer Shared { get; } = shared;

    private protected override ServerProcess Server => Shared.Server;

    /// <summary>Signs the visitor of the tab in; any name will do.</summary>
    private protected async Task SignInAsync(StashPage page, string name)
    {
        await page.Page.GotoAsync(new Uri(Server.Address, "/account").ToString());
        await page.Page.GetByLabel("Name").FillAsync(name);
        await page.ClickAsync("Sign in");
        await page.Page.GetByRole(AriaRole.Heading, new() { Name = $"Signed in as {name}" }).WaitForAsync();
    }

    private protected async Task SignOutAsync(StashPage page)
    {
        await page.Page.GotoAsync(new Uri(Server.Address, "/account").ToString());
        await page.ClickAsync("Sign out");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).WaitForAsync();
    }
}
