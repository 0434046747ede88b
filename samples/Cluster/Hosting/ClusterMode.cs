namespace Cluster.Hosting;

/// <summary>Where the silos are.</summary>
internal enum ClusterMode
{
    /// <summary>One in each web server's process.</summary>
    Cohost,

    /// <summary>Apart: this web server is a client of them.</summary>
    Client,
}
