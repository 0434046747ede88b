using SiloHost.Configuration;
using StackExchange.Redis;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>The keys of one cluster in a Redis server.</summary>
internal sealed class RedisStore(string id, RedisServer server) : ClusterStore(id, ProviderSection.Redis, server.ConnectionString)
{
    public override async Task<(long Stashes, long Ledgers, long Reminders)> RowsAsync()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(ConnectionString);
        return (Keys(redis, "stash").Count, Keys(redis, "ledger").Count + Keys(redis, "sheet").Count, await redis.GetDatabase().SortedSetLengthAsync($"{Id}/reminders"));
    }

    /// <summary>What is stored of each stash.</summary>
    public async Task<IReadOnlyList<byte[]>> PayloadsAsync()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(ConnectionString);
        var payloads = await Task.WhenAll(Keys(redis, "stash").Select(key => redis.GetDatabase().HashGetAsync(key, "data")));
        return [.. payloads.Select(static payload => (byte[])payload!)];
    }

    private List<RedisKey> Keys(ConnectionMultiplexer redis, string state) => [.. redis.GetServers().Single().Keys(pattern: $"{Id}/state/*/{state}")];
}
