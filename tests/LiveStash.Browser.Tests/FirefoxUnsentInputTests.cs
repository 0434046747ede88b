using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>
/// What is typed and not yet with the server when the page loses its circuit, in Firefox, which sends no change for a field that a
/// render takes off the page.
/// </summary>
public sealed class FirefoxUnsentInputTests(ITestOutputHelper output) : FirefoxOrdinaryAppTest(output)
{
    [Theory]
    [InlineData("/booking", "document.getElementById('mail')", false)]
    [InlineData("/booking", "document.getElementById('mail')", true)]
    [InlineData("/fluent", "document.querySelectorAll('fluent-text-input')[1]", false)]
    [InlineData("/fluent", "document.querySelectorAll('fluent-text-input')[1]", true)]
    public async Task Field_HalfTypedSlowly_IsThereAndSentWhenItIsLeft(string path, string field, bool isReloaded)
    {
        var tab = await OpenAsync(path);
        await tab.EvaluateAsync($"{field}.focus()");
        await tab.TypeSlowlyAsync("Lond");

        await (isReloaded ? tab.ReloadAsync() : LoseAsync(tab));

        await tab.HasAsync($"{Circuit} !== undefined && {field}?.value", "Lond");
        await tab.ClickAsync("h1");
        await tab.HasAsync("document.getElementById('shown')?.textContent.includes('|Lond|')", "true");
    }
}
