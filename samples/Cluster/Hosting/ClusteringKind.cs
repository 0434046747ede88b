namespace Cluster.Hosting;

/// <summary>Where silos and clients find each other.</summary>
internal enum ClusteringKind
{
    /// <summary>One machine, for development: the silo on <see cref="ClusterSettings.PrimaryPort"/> keeps the list, in memory.</summary>
    Localhost,

    /// <summary>A table in PostgreSQL. Storage and reminders are there too.</summary>
    AdoNet,
}
