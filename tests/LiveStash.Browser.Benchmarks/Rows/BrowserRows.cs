using LiveStash.Benchmarks.Reporting;
using LiveStash.Browser.Benchmarks.Browsing;
using LiveStash.Browser.Benchmarks.Hosting;
using Microsoft.Playwright;

namespace LiveStash.Browser.Benchmarks.Rows;

/// <summary>The browser engine beside .NET's ProtectedSessionStorage: the same state, the same click, in Chromium.</summary>
internal sealed class BrowserRows(RunOptions options, RowReport report)
{
    private const int Clicks = 30;
    private static readonly int[] Sizes = [1024, 16 * 1024];

    public async Task RunAsync()
    {
        var wanted = Sizes.Where(size => report.Wants(Time(size), Bytes(size))).ToArray();
        if (wanted.Length == 0)
        {
            return;
        }

        if (Chromium.Find() is not { } path)
        {
            foreach (var size in wanted)
            {
                report.Skip(Time(size), "chromium is not there; on Debian: apt-get install chromium");
                report.Skip(Bytes(size), "chromium is not there; on Debian: apt-get install chromium");
            }

            return;
        }

        await using var app = await BenchmarkHost.StartAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        foreach (var size in wanted)
        {
            await CompareAsync(browser, BenchmarkHost.AddressOf(app), size);
        }
    }

    private async Task CompareAsync(IBrowser browser, Uri address, int size)
    {
        var stash = await SavingTab.OpenAsync(browser, new(address, $"/stash/{size}"));
        var storage = await SavingTab.OpenAsync(browser, new(address, $"/protected/{size}"));
        var (stashTime, storageTime, stashBytes, storageBytes) = (new Samples(), new Samples(), new Samples(), new Samples());
        for (var run = -1; run < options.Runs; run++)
        {
            var (storageTimes, ofStorage) = await storage.SaveAsync(Clicks);
            var (stashTimes, ofStash) = await stash.SaveAsync(Clicks);
            if (run >= 0)
            {
                storageTime.Add(new Samples(storageTimes).Median);
                stashTime.Add(new Samples(stashTimes).Median);
                storageBytes.Add(ofStorage);
                stashBytes.Add(ofStash);
            }
        }

        report.Add(Time(size), stashTime.Over(storageTime), "x ProtectedStorage", null, $"{Samples.Text(stashTime.Median)} ms from the click to its effect, {Samples.Text(storageTime.Median)} ms");
        report.Add(Bytes(size), stashBytes.Over(storageBytes), "x ProtectedStorage", null, $"{Samples.Text(stashBytes.Median)} B over the wire, both ways, {Samples.Text(storageBytes.Median)} B");
    }

    private static string Time(int size) => $"browser-save-{size / 1024}k";

    private static string Bytes(int size) => $"browser-bytes-{size / 1024}k";
}
