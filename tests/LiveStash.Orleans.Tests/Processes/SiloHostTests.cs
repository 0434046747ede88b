using LiveStash.Browser.Tests.Browsing;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Orleans.Tests.Processes.Hosting;
using Npgsql;
using Xunit.Abstractions;

namespace LiveStash.Orleans.Tests.Processes;

/// <summary>The program itself: arguments, schema, health.</summary>
public sealed class SiloHostTests(PostgresServer postgres, ChromiumFixture chromium, ITestOutputHelper output) : ProcessTest(postgres, chromium, output)
{
    private readonly PostgresServer _postgres = postgres;

    [ProcessFact]
    public async Task Help_Asked_PrintsEverySettingWithDefaultAndUnit()
    {
        var run = await ProgramRun.SiloHostAsync("--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Membership:ProbeTimeout", run.Output, StringComparison.Ordinal);
        var settings = run.Output.Split('\n').Count(static line => line.StartsWith("  ", StringComparison.Ordinal) && line.Contains(':', StringComparison.Ordinal) && line[2] != ' ');
        Assert.True(settings > 20, run.Output);
        Assert.Equal(settings + 1, run.Output.Split("Default: ").Length);
    }

    [ProcessFact]
    public async Task Start_SettingsWrongInManyPlaces_ReportsAllTogetherWithoutThePassword()
    {
        var run = await ProgramRun.SiloHostAsync(
            "--Silo:Port=0", "--Membership:Votes=1", "--Membership:ProbeTimeout=00:00:00.5", "--LiveStash:Durability=Disk", "--Storage:Provider=AdoNet",
            "--LiveStash:TimeToLive=00:30:00", "--apply-shema", "--ConnectionStrings:Orleans=Hots=db;Password=correct-horse");

        Assert.Equal(2, run.ExitCode);
        Assert.All(
            ["Silo:Port is '0'", "Membership:Votes is '1'", "Membership:ProbeTimeout is '00:00:00.5'", "LiveStash:Durability is 'Disk'", "LiveStash:TimeToLive", "--apply-shema", "ConnectionStrings:Orleans"],
            expected => Assert.Contains(expected, run.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("correct-horse", run.Output, StringComparison.Ordinal);
    }

    [ProcessFact]
    public async Task Start_DatabaseWithoutSchema_EndsAndSaysWhatToRun()
    {
        var database = await _postgres.CreateDatabaseAsync(withSchema: false);

        var run = await ProgramRun.SiloHostAsync("--Cluster:Clustering=AdoNet", $"--ConnectionStrings:Orleans={database}");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("silo-host --apply-schema", run.Output, StringComparison.Ordinal);
    }

    [ProcessFact]
    public async Task ApplySchema_ByThreeProcessesAtOnceAndAgain_Succeeds()
    {
        var database = await _postgres.CreateDatabaseAsync(withSchema: false);
        var arguments = new[] { "--apply-schema", $"--ConnectionStrings:Orleans={database}" };

        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ProgramRun.SiloHostAsync(arguments)));
        var again = await ProgramRun.SiloHostAsync(arguments);

        Assert.All([.. runs, again], run => Assert.True(run.ExitCode == 0, run.Output));
    }

    [ProcessFact]
    public async Task Storage_WrittenByTwoWhoSawTheSame_OnlyOneOfThemWins()
    {
        await using var source = NpgsqlDataSource.Create(await _postgres.CreateDatabaseAsync());

        Assert.Equal(1, await StoreAsync(source, "WriteToStorageKey", null));
        Assert.Null(await StoreAsync(source, "WriteToStorageKey", null));
        Assert.Equal(2, await StoreAsync(source, "WriteToStorageKey", 1));
        Assert.Null(await StoreAsync(source, "WriteToStorageKey", 1));
        Assert.Null(await StoreAsync(source, "DeleteStorageKey", 1));
        Assert.Equal(3, await StoreAsync(source, "DeleteStorageKey", 2));
        Assert.Null(await StoreAsync(source, "ClearStorageKey", 3));

        var firsts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StoreAsync(source, "WriteToStorageKey", null)));
        Assert.Equal(1, Assert.Single(firsts, version => version is not null));
    }

    [ProcessFact]
    public async Task Health_FromStartToEnd_IsReadyOnlyWhileTheSiloIsActive()
    {
        NodeProcess[] silos = [Cluster.AddSilo(StashDurability.Memory), Cluster.AddSilo(StashDurability.Memory)];
        silos[0].Start();
        await Until.TrueAsync(async () => await silos[0].ReadyStatusAsync() == 503, "the first is there and not ready");
        await silos[0].IsReadyAsync();
        await ProcessCluster.StartAsync(silos[1]);
        await CreateStashesAsync(3000);

        var ended = silos[0].TerminateAsync();
        await Until.TrueAsync(async () => await silos[0].ReadyStatusAsync() == 503 || ended.IsCompleted, "the first is shutting down");

        Assert.False(ended.IsCompleted);
        Assert.Equal(0, await ended);
        Assert.Equal(silos[1], Assert.Single(await Cluster.StashesAsync()).Key);
    }

    /// <summary>As Orleans' storage provider calls it.</summary>
    private static async Task<int?> StoreAsync(NpgsqlDataSource source, string key, int? version)
    {
        await using var text = source.CreateCommand("SELECT querytext FROM orleansquery WHERE querykey = $1");
        text.Parameters.AddWithValue(key);
        await using var command = source.CreateCommand((string)(await text.ExecuteScalarAsync())!);
        command.Parameters.AddWithValue("GrainIdHash", 1);
        command.Parameters.AddWithValue("GrainIdN0", 0L);
        command.Parameters.AddWithValue("GrainIdN1", 0L);
        command.Parameters.AddWithValue("GrainTypeHash", 2);
        command.Parameters.AddWithValue("GrainTypeString", "stash");
        command.Parameters.AddWithValue("GrainIdExtensionString", "key");
        command.Parameters.AddWithValue("ServiceId", "service");
        command.Parameters.Add(new NpgsqlParameter("GrainStateVersion", NpgsqlTypes.NpgsqlDbType.Integer) { Value = version ?? (object)DBNull.Value });
        if (key == "WriteToStorageKey")
        {
            command.Parameters.AddWithValue("PayloadBinary", "payload"u8.ToArray());
        }

        return (int?)await command.ExecuteScalarAsync();
    }
}
