using LiveStash.Browser.Tests.Browsing;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>Stored stashes that nobody comes back for.</summary>
public sealed class ExpiryTests(PostgresFixture postgres, ChromiumFixture chromium, ITestOutputHelper output) : ProcessTest(postgres, chromium, output)
{
    private const int Stashes = 20;

    /// <summary>Orleans' floor for the period of a reminder, which is what the next tick takes where one was missed, and some more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2.5);

    [Fact]
    public async Task TimeToLive_PassedWithNobodyThere_RowsOfStashAndReminderAreGone()
    {
        var node = Cluster.AddCohost(StashDurability.WriteThrough);
        await ProcessCluster.StartAsync(node);
        await WriteAsync(TimeSpan.FromSeconds(5));

        var written = Now;
        await Until.TrueAsync(async () => await Cluster.RowsAsync() == (0, 0), "the rows are gone", Patience);

        Cluster.Note($"Time to live of 5 s, nobody there: {Stashes} stashes and their reminders were gone from the database after {Seconds(Now - written)}");
    }

    [Fact]
    public async Task TimeToLive_PassedWhileAllNodesWereDown_RowsOfStashAndReminderAreGoneAfterTheStart()
    {
        var node = Cluster.AddCohost(StashDurability.WriteThrough);
        await ProcessCluster.StartAsync(node);
        await WriteAsync(TimeSpan.FromSeconds(2));
        await node.KillAsync();

        await ProcessCluster.StartAsync(node);

        var started = Now;
        await Until.TrueAsync(async () => await Cluster.RowsAsync() == (0, 0), "the rows are gone", Patience);
        Cluster.Note($"Time to live passed while all nodes were down: the rows were gone {Seconds(Now - started)} after the start");
    }

    private async Task WriteAsync(TimeSpan timeToLive)
    {
        await CreateStashesAsync(Stashes, timeToLive);
        await Until.TrueAsync(async () => await Cluster.RowsAsync() == (Stashes, Stashes), "each stash has a row and a reminder");
    }
}
