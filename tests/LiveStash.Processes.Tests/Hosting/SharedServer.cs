using LiveStash.Browser.Tests.Browsing;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>One server for all test classes that run at the same time.</summary>
/// <typeparam name="T">Its kind.</typeparam>
public abstract class SharedServer<T> : IAsyncLifetime
    where T : class, IAsyncLifetime, new()
{
    private static readonly SemaphoreSlim Turn = new(1, 1);
    private static int _users;
    private static T? _server;

    internal T Server => _server!;

    /// <inheritdoc />
    public Task InitializeAsync() => InTurnAsync(static async () =>
    {
        if (_users++ == 0)
        {
            _server = new();
            await _server.InitializeAsync();
        }
    });

    /// <inheritdoc />
    public Task DisposeAsync() => InTurnAsync(static async () =>
    {
        if (--_users == 0)
        {
            await _server!.DisposeAsync();
        }
    });

    private static async Task InTurnAsync(Func<Task> action)
    {
        await Turn.WaitAsync();
        try
        {
            await action();
        }
        finally
        {
            Turn.Release();
        }
    }
}

/// <summary>PostgreSQL.</summary>
public sealed class PostgresFixture : SharedServer<PostgresServer>;

/// <summary>Chromium.</summary>
public sealed class BrowserFixture : SharedServer<ChromiumFixture>;

/// <summary>Redis.</summary>
public sealed class RedisFixture : SharedServer<RedisServer>;
