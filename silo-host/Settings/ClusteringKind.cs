namespace SiloHost.Settings;

/// <summary>Where the silos of a cluster find each other.</summary>
internal enum ClusteringKind
{
    Localhost,
    AdoNet,
}
