using Npgsql;
using Orleans.Hosting;
using SiloHost.Schema;
using StackExchange.Redis;

namespace SiloHost.Configuration;

/// <summary>Whether the servers that the settings name can be used, before anything is started on them.</summary>
internal static class StoreCheck
{
    /// <summary>Checks each server once. Writes nothing.</summary>
    /// <exception cref="StoreException">One cannot be used.</exception>
    public static Task CheckAsync(IConfiguration root) => EachAsync(root, async provider =>
    {
        if (provider.Type == ProviderSection.Redis)
        {
            await RedisCheck.ConnectAsync(provider.ConnectionString);
        }
        else if (provider.Type == ProviderSection.AdoNet)
        {
            await OrleansSchema.CheckAsync(provider.ConnectionString, root["Orleans:ServiceId"] ?? "");
        }
        else if (!await LiveStashPostgreSqlSchema.IsAppliedAsync(provider.ConnectionString))
        {
            throw new StoreException($"The database of {provider.Path} does not have the tables of stashes. Run 'silo-host --apply-schema' once.");
        }
    });

    /// <summary>Applies the schema to each PostgreSQL database.</summary>
    /// <returns>To how many.</returns>
    /// <exception cref="StoreException">One cannot be used.</exception>
    public static async Task<int> ApplySchemaAsync(IConfiguration root)
    {
        var count = 0;
        await EachAsync(root, async provider =>
        {
            if (provider.Type == ProviderSection.AdoNet)
            {
                await OrleansSchema.ApplyAsync(provider.ConnectionString);
                count++;
            }
            else if (provider.Type == ProviderSection.PostgreSql)
            {
                await LiveStashPostgreSqlSchema.ApplyAsync(provider.ConnectionString);
                count++;
            }
        });
        return count;
    }

    private static async Task EachAsync(IConfiguration root, Func<ProviderSection, Task> use)
    {
        foreach (var provider in ProviderSection.All(root).Where(static provider => provider.IsServer).DistinctBy(static provider => (provider.Type, provider.ConnectionString)))
        {
            try
            {
                await use(provider);
            }
            catch (Exception exception) when (exception is NpgsqlException or RedisException or TimeoutException)
            {
                // Neither driver names the password.
                throw new StoreException($"The {(provider.Type == ProviderSection.Redis ? "Redis server" : "database")} of {provider.Path} cannot be used: {exception.Message}", exception);
            }
        }
    }
}
