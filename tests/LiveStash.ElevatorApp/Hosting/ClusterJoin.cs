using Cluster.Hosting;
using SiloHost.Configuration;

namespace ElevatorApp.Hosting;

/// <summary>Makes a web server a node of a cluster that is set up as samples/Cluster is.</summary>
internal static class ClusterJoin
{
    /// <summary>Answers with the exit code where that cannot be.</summary>
    public static async Task<int?> JoinAsync(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.ReadCluster(out var isClient) is { Count: > 0 } errors)
        {
            Console.Error.WriteLine(string.Join(Environment.NewLine, errors));
            return 2;
        }

        try
        {
            await StoreCheck.ApplySchemaAsync(builder.Configuration);
            await StoreCheck.CheckAsync(builder.Configuration);
        }
        catch (StoreException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }

        if (isClient)
        {
            builder.UseClient();
        }
        else
        {
            builder.UseSilo();
        }

        return null;
    }
}
