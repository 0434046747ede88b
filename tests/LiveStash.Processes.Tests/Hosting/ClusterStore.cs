using Microsoft.Extensions.Configuration;
using SiloHost.Configuration;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>What the nodes of one cluster share: its list of silos, its stashes and reminders.</summary>
/// <param name="id">Of the cluster and its service.</param>
/// <param name="provider">By its name in Orleans' configuration.</param>
/// <param name="connectionString">Of its server.</param>
/// <param name="storage">What keeps the stashes, where it is another provider.</param>
internal abstract class ClusterStore(string id, string provider, string connectionString, string? storage = null)
{
    public string Id => id;

    public string ConnectionString => connectionString;

    /// <summary>The settings of silos and of web servers.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Orleans:ClusterId"] = id,
        ["Orleans:ServiceId"] = id,
        ["Orleans:Clustering:ProviderType"] = provider,
        ["Orleans:GrainStorage:LiveStash:ProviderType"] = storage ?? provider,
        ["Orleans:Reminders:ProviderType"] = provider,
        ["ConnectionStrings:Orleans"] = connectionString,
    };

    /// <summary>Those of a client.</summary>
    public IEnumerable<KeyValuePair<string, string?>> ClientSettings()
    {
        var settings = Settings.Where(static setting => !setting.Key.Contains("Storage", StringComparison.Ordinal) && !setting.Key.Contains("Reminders", StringComparison.Ordinal)).ToArray();
        return [.. settings, .. ProviderSection.Complete(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())];
    }

    /// <summary>The number of stored stashes, of rows of the ledgers that list them, and of these ledgers' reminders.</summary>
    public abstract Task<(long Stashes, long Ledgers, long Reminders)> RowsAsync();
}
