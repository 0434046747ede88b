using Xunit.Abstractions;

namespace LiveStash.Browser.Tests;

/// <summary>An engine answers when its page has started without it, and somebody types there, in Firefox.</summary>
public sealed class FirefoxLateAnswerTests(ITestOutputHelper output) : FirefoxOrdinaryAppTest(output, "--Unsteady=true", "--LiveStash:RecoveryPatience=00:00:01")
{
    [Theory]
    [InlineData("/outage", "document.getElementById('text')", "", "Paris", "London", 0)]
    [InlineData("/outage", "document.getElementById('text')", "", "Paris", "London", 150)]
    [InlineData("/fluent", "document.querySelectorAll('fluent-text-input')[1]", "||False", "|Paris|False", "|London|False", 150)]
    public async Task Field_HalfTypedWhenTheEngineAnswers_StaysAndIsSaved(string path, string field, string initial, string before, string after, int roundTrip)
    {
        var tab = await OpenAsync(path);
        await tab.EvaluateAsync($"{field}.focus()");
        await tab.TypeSlowlyAsync("Paris");
        await tab.ClickAsync("h1");
        await ShowsAsync(before);
        await tab.HasAsync("Object.keys(sessionStorage).every(key => key !== 'livestash:unsent')", "true");
        await Server.PostAsync("/engine/off");
        await LoseAsync(tab);
        await ShowsAsync(initial);
        Link.RoundTrip = TimeSpan.FromMilliseconds(roundTrip);

        await tab.EvaluateAsync($"{field}.focus()");
        await tab.TypeSlowlyAsync("Lon");
        await Server.PostAsync("/engine/on");
        await ShowsAsync(before);
        await tab.HasAsync($"{field}.value", "Lon");
        await tab.TypeSlowlyAsync("don");
        await tab.ClickAsync("h1");
        await ShowsAsync(after);
        await tab.HasAsync($"{field}.value", "London");
        await LoseAsync(tab);
        await ShowsAsync(after);

        Task ShowsAsync(string text) => tab.HasAsync("document.getElementById('shown')?.textContent", text);
    }
}
