using System.Net;
using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>
/// An app that has nothing of LiveStash but its distributed cache, on servers with a silo in each: ASP.NET Core's sessions, and .NET's
/// own persisted circuits with <c>[PersistentState]</c> and <c>HybridCache</c>.
/// </summary>
[Collection(TimedCollection.Name)]
public sealed class DistributedCacheTests(PostgresFixture postgres, BrowserFixture chromium, ITestOutputHelper output)
    : IClassFixture<PostgresFixture>, IClassFixture<BrowserFixture>, IAsyncLifetime
{
    private PostgresDatabase _database = default!;
    private ProcessCluster _cluster = default!;

    public async Task InitializeAsync()
    {
        _database = await postgres.Server.CreateDatabaseAsync(storage: "PostgreSql");
        _cluster = new(_database, output, BuildOutput.PlainApp);
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Session_BehindNginxWithThreeNodes_IsTheSameOnEachAndAfterKill9()
    {
        var nodes = await StartAsync(3);
        await using var nginx = new NginxProcess(nodes.Select(static node => node.HttpPort));
        await nginx.IsReadyAsync();
        using var visitor = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = nginx.Address };
        using var stranger = new HttpClient { BaseAddress = nginx.Address };
        foreach (var node in nodes)
        {
            // The first call of a new process may take longer than the cache waits, and what a session could not store it loses silently.
            await Until.TrueAsync(() => IsKeptAsync(visitor, $"warm-{node.HttpPort}"), "a session is kept");
        }

        for (var i = 0; i < 9; i++)
        {
            var value = $"value-{i}";
            (await visitor.PostAsync(new Uri($"/session/{value}", UriKind.Relative), null)).EnsureSuccessStatusCode();
            foreach (var _ in nodes)
            {
                Assert.Equal(value, await visitor.GetStringAsync(new Uri("/session", UriKind.Relative)));
            }
        }

        Assert.Equal("", await stranger.GetStringAsync(new Uri("/session", UriKind.Relative)));
        Assert.Equal(1, (await _cluster.RowsAsync()).Stashes);
        var holder = Assert.Single(await _cluster.StashesAsync()).Key;
        var began = TimeProvider.System.GetTimestamp();
        await holder.KillAsync();

        // nginx asks the next where one does not answer.
        await Until.TrueAsync(async () => await visitor.GetStringAsync(new Uri("/session", UriKind.Relative)) == "value-8", "a server has the session");
        output.WriteLine($"The session was there {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.00} s after kill -9 of {holder.Name}, whose silo had it");
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("value-8", await visitor.GetStringAsync(new Uri("/session", UriKind.Relative)));
        }

        (await visitor.PostAsync(new Uri("/session/after", UriKind.Relative), null)).EnsureSuccessStatusCode();
        await ProcessCluster.StartAsync(holder);
        foreach (var node in nodes)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, "/session"));
            Assert.Equal("after", await (await visitor.SendAsync(request)).Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task PersistedCircuit_EvictedAndItsServerKilled_ResumesOnAnotherServerAndBack()
    {
        var nodes = await StartAsync(2);
        await using var proxy = new TcpProxy([nodes[0].HttpPort]);
        await using var visitor = await chromium.Server.Browser.NewContextAsync();
        var page = await visitor.NewPageAsync();
        await page.GotoAsync(new Uri(proxy.Address, "/persistent").ToString());
        await Assertions.Expect(page.Locator("#page")).ToHaveAttributeAsync("data-interactive", "true");
        await page.EvaluateAsync("() => { globalThis.__first = true; }");
        await FillAsync(page, "name", "Ada", "Ada||");

        await MoveAsync(page, proxy, nodes[0], nodes[1]);
        await Assertions.Expect(page.Locator("#name")).ToHaveValueAsync("Ada");
        await FillAsync(page, "city", "London", "Ada||London");

        await ProcessCluster.StartAsync(nodes[0]);
        await MoveAsync(page, proxy, nodes[1], nodes[0]);
        await FillAsync(page, "street", "St James's Square", "Ada|St James's Square|London");
        Assert.True(await page.EvaluateAsync<bool>("() => globalThis.__first === true"), "The page was loaded anew.");
    }

    private static async Task<bool> IsKeptAsync(HttpClient visitor, string value) =>
        (await visitor.PostAsync(new Uri($"/session/{value}", UriKind.Relative), null)).IsSuccessStatusCode
        && await visitor.GetStringAsync(new Uri("/session", UriKind.Relative)) == value;

    /// <summary>Types, until the page says so: what is typed while .NET resumes a circuit is gone.</summary>
    private static Task FillAsync(IPage page, string field, string value, string told) => Until.TrueAsync(
        async () =>
        {
            await page.Locator($"#{field}").FillAsync(value);
            await page.Locator($"#{field}").PressAsync("Tab");
            try
            {
                await Assertions.Expect(page.Locator("#page")).ToHaveAttributeAsync("data-told", told, new() { Timeout = 2_000 });
                return true;
            }
            catch (PlaywrightException)
            {
                return false;
            }
        },
        $"the page says {told}");

    /// <summary>The page loses its server for so long that this gives up the circuit, then the server is gone for good, and another one is there.</summary>
    private async Task MoveAsync(IPage page, TcpProxy proxy, NodeProcess from, NodeProcess to)
    {
        await proxy.CutAsync();
        await Until.TrueAsync(async () => (await _cluster.RowsAsync()).Stashes == 1, "the circuit is stored");
        await from.KillAsync();
        proxy.Route(to.HttpPort);
        proxy.Heal();
        var began = TimeProvider.System.GetTimestamp();

        // As the dialog of .NET's template does when its button is pressed.
        await Until.TrueAsync(
            () => page.EvaluateAsync<bool>("async () => { try { return await Blazor.reconnect() || await Blazor.resumeCircuit(); } catch { return false; } }"), "the circuit is resumed");
        await Until.TrueAsync(async () => (await _cluster.RowsAsync()).Stashes == 0, "what was resumed is stored no longer");
        output.WriteLine($"Resumed {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.00} s after the page could reach {to.Name}");
    }

    private async Task<NodeProcess[]> StartAsync(int count)
    {
        NodeProcess[] nodes = [.. Enumerable.Range(0, count).Select(_ => _cluster.AddCohost(StashDurability.WriteThrough, "--Cache=orleans", "--Retention=00:00:01"))];
        await ProcessCluster.StartAsync(nodes);
        return nodes;
    }
}
