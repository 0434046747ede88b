using StackExchange.Redis;

namespace SiloHost.Configuration;

/// <summary>Whether a Redis server can be used.</summary>
internal static class RedisCheck
{
    public static ConfigurationOptions? TryParse(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Connects and writes nothing.</summary>
    /// <exception cref="RedisException">The server cannot be reached, or refuses.</exception>
    public static async Task ConnectAsync(string connectionString)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(connectionString);
        await connection.GetDatabase().PingAsync();
    }
}
