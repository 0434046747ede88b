using System.Diagnostics;
using System.Net;
using System.Text.Json;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>Orleans' dashboard in silo-host, and LiveStash's in a web server.</summary>
public sealed class DashboardTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Dashboard_IsOffUnlessAsked_AndIsForThisMachineAlone()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync();
        await using var cluster = new ProcessCluster(database, output);
        var (plain, watched) = (cluster.AddSilo(StashDurability.Memory), cluster.AddSilo(StashDurability.Memory, "--Dashboard:Enabled=true"));
        await ProcessCluster.StartAsync(plain);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(plain, "/dashboard/")).Status);
        await plain.TerminateAsync();

        // Not beside the other: Orleans may place the dashboard's grain on a silo that cannot make it.
        await ProcessCluster.StartAsync(watched);
        await cluster.CreateStashesAsync(20);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(watched, "/dashboard/", forwarded: "192.0.2.7")).Status);
        var (status, page) = await GetAsync(watched, "/dashboard/");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("<html", page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(watched, "/dashboard/DashboardCounters", forwarded: "192.0.2.7")).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(watched, "/dashboard/DashboardCounters")).Status);
    }

    [Fact]
    public async Task DashboardOfStashes_OfAWebServerApart_TellsOfEachSiloAlsoWhenOneStandsStill()
    {
        await using var database = await postgres.Server.CreateDatabaseAsync();
        await using var cluster = new ProcessCluster(database, output);
        NodeProcess[] silos = [cluster.AddSilo(StashDurability.Memory), cluster.AddSilo(StashDurability.Memory)];
        var web = cluster.AddWeb("--Dashboard:Enabled=true");
        await ProcessCluster.StartAsync([.. silos, web]);
        await cluster.CreateStashesAsync(40);

        // Each is to answer within a second, also the first time.
        JsonElement stashes = default;
        await Until.TrueAsync(async () => States(stashes = await StashesAsync(web)) is ["answers", "answers"], "both silos answer");
        Assert.Equal(40, stashes.GetProperty("all").GetProperty("stashes").GetInt32());
        Assert.Equal(["answers", "answers"], States(stashes));

        silos[0].Freeze();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        do
        {
            // A second old at most, and never waited for.
            var since = Stopwatch.GetTimestamp();
            stashes = await StashesAsync(web);
            Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(8));
            patience.Token.ThrowIfCancellationRequested();
            if (States(stashes) is ["answers"])
            {
                // The way to both was by it, until it was declared dead. It is by the other one now.
                silos[0].GoOn();
                await silos[0].EndsAsync();
                await ProcessCluster.StartAsync(silos[0]);
                silos[0].Freeze();
            }
        }
        while (!States(stashes).Order(StringComparer.Ordinal).SequenceEqual(["answers", "silent"])); // both silent while the way to them is by the one that stands still

        silos[0].GoOn();
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(web, "/livestash", forwarded: "192.0.2.7")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(silos[1], "/livestash")).Status);
    }

    private static string[] States(JsonElement stashes) => [.. stashes.GetProperty("nodes").EnumerateArray().Select(static node => node.GetProperty("state").GetString()!)];

    private static async Task<JsonElement> StashesAsync(NodeProcess web)
    {
        var (status, text) = await GetAsync(web, "/livestash/data");
        Assert.Equal(HttpStatusCode.OK, status);
        return JsonDocument.Parse(text).RootElement.GetProperty("stashes");
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(NodeProcess node, string path, string? forwarded = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, path));
        if (forwarded is not null)
        {
            request.Headers.Add("X-Forwarded-For", forwarded);
        }

        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
