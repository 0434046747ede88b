using System.Globalization;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Circuits.Tabs;
using Microsoft.Playwright;

namespace LiveStash.Browser.Tests;

/// <summary>
/// Not a test: bash tests/dashboard-pictures.sh starts two nodes and runs it. It makes traffic, and then takes pictures of the dashboard.
/// </summary>
[Collection(nameof(Alone))]
[Trait("Category", "Pictures")]
public sealed class DashboardPictures(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private const int Visitors = 60;

    /// <summary>What a README shows at once.</summary>
    private const int MaxBytes = 150_000;

    private static readonly string[] Fields = ["name", "email", "phone"];

    [Fact]
    public async Task Pictures()
    {
        Uri[] servers = [.. Setting("OF").Split(' ').Select(static server => new Uri(server))];
        var length = TimeSpan.FromMinutes(double.Parse(Setting("MINUTES"), CultureInfo.InvariantCulture));
        var folder = Directory.CreateDirectory(Setting("TO")).FullName;
        using var end = new CancellationTokenSource(length);
        Task[] visits = [.. Enumerable.Range(0, Visitors).Select(i => VisitAsync(servers, i, length, end.Token))];
        try
        {
            await Task.Delay(length, TimeProvider.System, end.Token);
        }
        catch (OperationCanceledException)
        {
            // So long it is.
        }

        await TakeAsync(servers[0], ColorScheme.Light, new() { Width = 1240, Height = 1090 }, Path.Combine(folder, "light.png"));
        await TakeAsync(servers[0], ColorScheme.Dark, new() { Width = 1240, Height = 1090 }, Path.Combine(folder, "dark.png"), "Pages");
        await TakeAsync(servers[0], ColorScheme.Light, new() { Width = 320, Height = 1100 }, Path.Combine(folder, "narrow.png"));
        await Task.WhenAll(visits);
    }

    /// <summary>One after the other: comes, types, loads the page again now and then, and goes. More of them come in waves.</summary>
    private static async Task VisitAsync(Uri[] servers, int number, TimeSpan length, CancellationToken end)
    {
        var random = new Random(number);
        var began = TimeProvider.System.GetTimestamp();
        while (!end.IsCancellationRequested)
        {
            try
            {
                var share = TimeProvider.System.GetElapsedTime(began) / length;
                if (number > Visitors * (0.45 + (0.25 * Math.Sin(share * 9)) + (0.25 * share)))
                {
                    await PauseAsync(5, end);
                    continue;
                }

                await using var tab = new Tab([servers[number % servers.Length], servers[(number + 1) % servers.Length]], "/form/orleans");
                await tab.OpenAsync();
                for (var edits = random.Next(20, 120); edits > 0; edits--)
                {
                    await PauseAsync(0.2 + (random.NextDouble() * 3), end);
                    await tab.ChangeAsync(Fields[random.Next(Fields.Length)], new string('x', random.Next(5, 200)));
                    if (random.Next(25) == 0)
                    {
                        await tab.ReloadAsync();
                    }
                }
            }
            catch (Exception) when (!end.IsCancellationRequested)
            {
                // The next visitor has more luck.
            }
            catch (OperationCanceledException)
            {
                // It is over.
            }
        }
    }

    private async Task TakeAsync(Uri server, ColorScheme scheme, ViewportSize size, string path, string? section = null)
    {
        await using var context = await chromium.Browser.NewContextAsync(new() { ViewportSize = size, ColorScheme = scheme });
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(server, "/livestash").ToString());
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Live");
        if (section is not null)
        {
            await page.EvaluateAsync("name => [...document.querySelectorAll('h2')].find(one => one.textContent === name).scrollIntoView()", section);
        }

        var picture = await page.ScreenshotAsync(new() { Path = path });
        Assert.InRange(picture.Length, 10_000, MaxBytes);
    }

    private static Task PauseAsync(double seconds, CancellationToken end) => Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, end);

    private static string Setting(string name) =>
        Environment.GetEnvironmentVariable($"LIVESTASH_PICTURES_{name}") ?? throw new InvalidOperationException("Run bash tests/dashboard-pictures.sh.");
}
