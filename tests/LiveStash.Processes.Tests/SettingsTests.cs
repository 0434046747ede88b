using System.Globalization;
using LiveStash.Browser.Tests.Hosting;
using LiveStash.Processes.Tests.Hosting;
using Orleans.Hosting;

namespace LiveStash.Processes.Tests;

/// <summary>silo-host by itself: what it says of its arguments and settings.</summary>
public sealed class SettingsTests
{
    [Fact]
    public async Task Help_Asked_PrintsTheArgumentAndEverySettingOfItsOwn()
    {
        var run = await ProgramRun.SiloHostAsync("--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("--apply-schema", run.Output, StringComparison.Ordinal);
        Assert.Contains("Orleans:Clustering", run.Output, StringComparison.Ordinal);
        Assert.All(typeof(StashGrainOptions).GetProperties(), property => Assert.Contains($"LiveStash:{property.Name}`", run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_SettingsWrongInManyPlaces_ReportsAllTogetherWithoutThePassword()
    {
        var run = await ProgramRun.SiloHostAsync(
            "--Orleans:Endpoints:SiloPort=0", "--Orleans:ClusterMembership:NumVotesForDeathDeclaration=1", "--Orleans:ClusterMembership:ProbeTimeout=1",
            "--Dashboard:Enabled=yes", "--Dashboard:Port=1", "--HostOptions:ShutdownTimeout=90", "--HostOptions:ShutdownTimout=00:01:30", "--LiveStash:DefaultDurability=Disk", "--LiveStash:MaxStashBytes=5", "--LiveStash:TimeToLive=00:30:00", "--apply-shema", "--Orlens:ClusterId=x", "--Silo:Port=11112",
            "--Orleans:Clustering:ProviderType=ZooKeeper", "--Orleans:Clustring:ProviderType=Redis", "--Orleans:Reminders:ProviderType=Redis", "--Orleans:Reminders:ConnectionName=None",
            "--Orleans:GrainStorage:LiveStash:ProviderType=AdoNet", "--ConnectionStrings:Orleans=Hots=db;Password=correct-horse");

        run.Failed(
            2, "Orleans:Endpoints:SiloPort is '0'", "NumVotesForDeathDeclaration: set at least 2", "ProbeTimeout is '1'",
            "LiveStash:DefaultDurability is 'Disk'", "MaxStashBytes is 5", "LiveStash:TimeToLive is not a setting", "--apply-shema", "--Orlens:ClusterId", "Silo:Port is a setting of an earlier version",
            "Orleans:Clustering:ProviderType is 'ZooKeeper'; set one of Development, AdoNet, Redis.", "Orleans:Clustring is not a setting",
            "ConnectionStrings:None is not set", "ConnectionStrings:Orleans is not a connection string of Npgsql", "Dashboard:Enabled is 'yes'; set true or false.", "Dashboard:Port is not a setting",
            "HostOptions:ShutdownTimeout is '90'; set a time as hh:mm:ss", "HostOptions:ShutdownTimout is not a setting", "The settings have 18 error(s)");
        Assert.DoesNotContain("correct-horse", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AdoNet", "ConnectionStrings:Orleans=Host=127.0.0.1;Port={0}", "The database of Orleans:Clustering cannot be used: ")]
    [InlineData("Redis", "ConnectionStrings:Orleans=127.0.0.1:{0},connectTimeout=200", "The Redis server of Orleans:Clustering cannot be used: ")]
    [InlineData("Redis", "Orleans:Clustering:ConnectionString=127.0.0.1:{0},abortConnect=false,connectTimeout=200", "The Redis server of Orleans:Clustering cannot be used: ")]
    public async Task Start_ServerIsNotThere_EndsAndNamesTheSection(string provider, string connection, string message)
    {
        var run = await ProgramRun.SiloHostAsync(
            $"--Orleans:Clustering:ProviderType={provider}", "--" + string.Format(CultureInfo.InvariantCulture, connection, FreePort.Take()));

        run.Failed(1, message);
    }

    [Fact]
    public async Task Start_RedisRefusesThePassword_EndsAndNamesTheSectionWithoutThePassword()
    {
        var redis = new RedisServer(FreePort.Take(), "--requirepass", "correct-horse");
        await redis.InitializeAsync();

        // As Aspire names a connection.
        var run = await ProgramRun.SiloHostAsync(
            "--Orleans:Clustering:ProviderType=Redis", "--Orleans:Clustering:ServiceKey=redis", $"--ConnectionStrings:redis={redis.ConnectionString},password=wrong-horse,connectTimeout=200");

        await redis.DisposeAsync();
        run.Failed(1, "The Redis server of Orleans:Clustering cannot be used: ");
        Assert.DoesNotContain("horse", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_InAPod_UsesTheKubernetesHosting()
    {
        var run = await ProgramRun.RunAsync(
            "env", "KUBERNETES_SERVICE_HOST=127.0.0.1", "POD_NAME=silo", "POD_NAMESPACE=stash", "POD_IP=127.0.0.1", "dotnet", BuildOutput.SiloHost, "--urls=http://127.0.0.1:0");

        // There is no service account here.
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The silo did not start: Unable to load in-cluster configuration", run.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Start_PortIsTaken_EndsAndSaysSo()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, FreePort.Take());
        taken.Start();

        var run = await ProgramRun.SiloHostAsync($"--urls=http://{taken.LocalEndpoint}", $"--Orleans:Endpoints:SiloPort={FreePort.Take()}", $"--Orleans:Endpoints:GatewayPort={FreePort.Take()}");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The silo did not start: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sample_SettingsWrong_ReportsAllTogether()
    {
        var run = await ProgramRun.RunAsync(
            "dotnet", BuildOutput.ClusterSample, "--Cluster:SiloPort=11112", "--Cluster:Mode=both", "--Orleans:Clustering:ProviderType=Redis", "--LiveStash:MaxStashBites=1");

        run.Failed(2, "Cluster:SiloPort is not a setting", "Cluster:Mode is 'both'", "ConnectionStrings:Orleans is not set", "LiveStash:MaxStashBites is not a setting");
    }
}
