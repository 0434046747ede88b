using LiveStash;

namespace Cluster.Hosting;

/// <summary>The section <c>Cluster</c> of the settings, and the database.</summary>
internal sealed class ClusterSettings
{
    /// <summary>The name under which Orleans knows Npgsql.</summary>
    public const string Invariant = "Npgsql";

    public ClusterMode Mode { get; set; }

    public ClusteringKind Clustering { get; set; }

    /// <summary>As in silo-host: silos and clients with the same id form one cluster.</summary>
    public string ClusterId { get; set; } = "livestash";

    /// <summary>As in silo-host: names the stored stashes, so it has to stay the same.</summary>
    public string ServiceId { get; set; } = "livestash";

    /// <summary>On which silos call each other.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>On which clients call silos.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>With localhost clustering: <see cref="SiloPort"/> of the node that was started first. 0: this one.</summary>
    public int PrimaryPort { get; set; }

    /// <summary>
    /// What a saved answer promises. Without it: Memory with localhost clustering, where nothing outlives the nodes anyway, and
    /// WriteThrough with PostgreSQL; as client what the silos are set to.
    /// </summary>
    public StashDurability? Durability { get; set; }

    /// <summary><c>ConnectionStrings:Orleans</c>.</summary>
    public string ConnectionString { get; private set; } = "";

    public bool UsesDatabase => Clustering == ClusteringKind.AdoNet;

    public StashDurability SiloDurability => Durability ?? (UsesDatabase ? StashDurability.WriteThrough : StashDurability.Memory);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">A value cannot be read, or one is missing; the message says which.</exception>
    public static ClusterSettings Read(IConfiguration configuration)
    {
        var settings = configuration.GetSection("Cluster").Get<ClusterSettings>() ?? new();
        settings.ConnectionString = configuration.GetConnectionString("Orleans") ?? "";
        return settings.UsesDatabase && settings.ConnectionString.Length == 0
            ? throw new InvalidOperationException(
                "Cluster:Clustering is adonet, but ConnectionStrings:Orleans is not set. Set it to a PostgreSQL database, "
                + "for example --ConnectionStrings:Orleans=\"Host=127.0.0.1;Username=stash;Database=stash\".")
            : settings;
    }
}
