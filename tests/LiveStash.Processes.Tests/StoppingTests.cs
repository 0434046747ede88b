using LiveStash.Circuits.Tabs;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>A web server with a silo is stopped while many tabs hang on it.</summary>
[Collection(TimedCollection.Name)]
public sealed class StoppingTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>
{
    private const int Tabs = 200;
    private static readonly TimeSpan MaxStop = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxGone = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData(StashDurability.Memory)]
    [InlineData(StashDurability.WriteThrough)]
    public async Task Terminate_TwoHundredTabsAttached_GoneInFiveSecondsAndEveryTabIsBackInThree(StashDurability durability)
    {
        await using var database = await postgres.Server.CreateDatabaseAsync(storage: "PostgreSql");
        await using var cluster = new ProcessCluster(database, output, BuildOutput.ElevatorApp);
        var (leaving, staying) = (cluster.AddCohost(durability), cluster.AddCohost(durability));
        await ProcessCluster.StartAsync(leaving, staying);
        await WarmUpAsync(staying);
        var servers = new List<Uri> { leaving.Address };
        var tabs = Enumerable.Range(0, Tabs).Select(i => (Tab: new Tab(servers, "/stashed"), Text: $"visitor {i}", Lost: new TaskCompletionSource<DateTimeOffset>())).ToArray();
        try
        {
            await Parallel.ForEachAsync(tabs, static async (visitor, _) => await FillAsync(visitor.Tab, visitor.Text));
            foreach (var (tab, _, lost) in tabs)
            {
                tab.ConnectionChanged += () => _ = tab.IsConnected || lost.TrySetResult(TimeProvider.System.GetUtcNow());
            }

            // Behind a proxy, the address stays and the server changes.
            servers[0] = staying.Address;
            await Task.WhenAll(tabs.Select(static async visitor =>
            {
                // The server has it, and perhaps not saved it.
                await visitor.Tab.ChangeAsync("city", visitor.Text);
                await Until.TrueAsync(() => visitor.Tab.Look(static screen => screen.Attribute("city", "class"))?.Contains("modified", StringComparison.Ordinal) == true, "the city is rendered");
            }));
            var began = TimeProvider.System.GetUtcNow();
            var ending = leaving.TerminateAsync();
            var back = await Task.WhenAll(tabs.Select(static async visitor =>
            {
                var lost = await visitor.Lost.Task;
                await Until.TrueAsync(() => IsBack(visitor.Tab, visitor.Text), $"{visitor.Text} is back: {visitor.Tab.Problem}", TimeSpan.FromSeconds(30));
                return TimeProvider.System.GetUtcNow() - lost;
            }));
            Assert.Equal(0, await ending);
            var took = TimeProvider.System.GetUtcNow() - began;
            Array.Sort(back);
            output.WriteLine($"{durability}: {Tabs} tabs attached, ended {took.TotalSeconds:0.0} s after SIGTERM; tabs gone for {back[Tabs / 2].TotalSeconds:0.0} s in the middle, {back[^1].TotalSeconds:0.0} s at the longest");
            Assert.InRange(took, TimeSpan.Zero, MaxStop);
            Assert.InRange(back[^1], TimeSpan.Zero, MaxGone);
        }
        finally
        {
            await Parallel.ForEachAsync(tabs, static async (visitor, _) => await visitor.Tab.DisposeAsync());
        }
    }

    /// <summary>A server that takes over for another has been in service before.</summary>
    private static async Task WarmUpAsync(NodeProcess node)
    {
        for (var i = 0; i < 3; i++)
        {
            await using var tab = new Tab([node.Address], "/stashed");
            await FillAsync(tab, "warm");
        }
    }

    private static async Task FillAsync(Tab tab, string text)
    {
        await tab.OpenAsync();
        await Until.TrueAsync(() => tab.Look(static screen => screen.Attribute("page", "data-interactive")) == "true", "the page is live");
        await tab.ChangeAsync("name", text);
        await Until.TrueAsync(() => tab.Look(static screen => screen.Attribute("page", "data-told"))?.StartsWith(text, StringComparison.Ordinal) == true, "the name is saved");
    }

    private static bool IsBack(Tab tab, string text) => tab.Loads > 1 && tab.IsConnected && !tab.IsHeld && tab.Look(screen =>
        screen.Attribute("page", "data-interactive") == "true" && screen.Attribute("name", "value") == text && screen.Attribute("city", "value") == text);
}
