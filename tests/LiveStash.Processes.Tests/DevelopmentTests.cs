using LiveStash.Browser.Tests.Browsing;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;

namespace LiveStash.Processes.Tests;

/// <summary>Nodes on one machine, with everything in memory: what the programs do by default.</summary>
public sealed class DevelopmentTests(BrowserFixture chromium) : IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task Cohost_SecondNodeIsToldOfTheFirst_FindsItsStashes()
    {
        var keys = Directory.CreateTempSubdirectory("livestash-keys-");
        await using var one = Node("one", keys);
        await using var two = Node("two", keys, $"--Orleans:Clustering:PrimarySiloEndPoint=127.0.0.1:{one.SiloPort}");
        await ProcessCluster.StartAsync(one);
        await ProcessCluster.StartAsync(two);
        await using var proxy = new TcpProxy(one.HttpPort);
        await using var visitor = await chromium.Server.Browser.NewContextAsync();
        await visitor.AddInitScriptAsync(PageRecorder.Script);
        var page = new StashPage(await visitor.NewPageAsync(), proxy.Address);
        await page.OpenAsync("/counter/orleans");
        await page.CountToAsync(3);

        proxy.Route(two.HttpPort);
        proxy.LoseBrowser();

        await page.HasStatusAsync(StashPageStatus.Recovered);
        await page.CountsOnFromAsync(3);
        keys.Delete(recursive: true);
    }

    [Fact]
    public async Task Client_ToldOfAGateway_FindsASiloThatIsOnItsDefaults()
    {
        var keys = Directory.CreateTempSubdirectory("livestash-keys-");
        var (port, gateway) = (FreePort.Take(), FreePort.Take());
        await using var silo = new NodeProcess(
            "silo", BuildOutput.SiloHost, "/health/ready", port, gateway, [$"--Orleans:Endpoints:SiloPort={port}", $"--Orleans:Endpoints:GatewayPort={gateway}"]);
        await using var web = new NodeProcess(
            "web", BuildOutput.ClusterSample, "/healthz", 0, 0,
            ["--Cluster:Mode=client", $"--Orleans:Clustering:Gateways:0=127.0.0.1:{gateway}", $"--DataProtection:Keys={keys.FullName}"]);

        // The web server waits for the first silo.
        web.Start();
        await ProcessCluster.StartAsync(silo);
        await web.IsReadyAsync();

        await Until.TrueAsync(() => silo.Log.Has("For development only"), "the silo says that this is for development");
        keys.Delete(recursive: true);
    }

    private static NodeProcess Node(string name, DirectoryInfo keys, params string[] args)
    {
        var (port, gateway) = (FreePort.Take(), FreePort.Take());
        return new(
            name, BuildOutput.ClusterSample, "/healthz", port, gateway,
            [$"--Orleans:Endpoints:SiloPort={port}", $"--Orleans:Endpoints:GatewayPort={gateway}", $"--DataProtection:Keys={keys.FullName}", .. args]);
    }
}
