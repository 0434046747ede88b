using System.Text;
using LiveStash.Orleans.PostgreSql.Storage;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Records;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using MicrosoftOptions = Microsoft.Extensions.Options.Options;

namespace LiveStash.Processes.Tests.Storage;

/// <summary>The store as one silo has it.</summary>
internal sealed class StoreUser(string connectionString, TimeSpan? timeout = null, string serviceId = "service") : IAsyncDisposable
{
    private static readonly ServiceProvider Serialization = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public PostgreSqlStore Store { get; } = new(
        MicrosoftOptions.Create(new PostgreSqlStashStoreOptions { ConnectionString = connectionString }),
        MicrosoftOptions.Create(new StashGrainOptions { StorageTimeout = timeout ?? TimeSpan.FromSeconds(20) }),
        MicrosoftOptions.Create(new ClusterOptions { ServiceId = serviceId }),
        Serialization.GetRequiredService<Serializer>(),
        Serialization.GetRequiredService<IActivatorProvider>());

    public static GrainId NewId() => GrainId.Create("livestash", StashId.New().ToString());

    public static StoredStash Stash(long version, params IEnumerable<(string Name, string Value)> entries) => new(
        new(Epoch: 7, version, TimeSpan.FromMinutes(30), new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero),
            [.. entries.OrderBy(static entry => entry.Name, StringComparer.Ordinal).Select(static entry => new StashEntry(entry.Name, Encoding.UTF8.GetBytes(entry.Value)))],
            Size: 0),
        StashDurability.WriteThrough, IsListed: true);

    /// <summary>Writes over what the caller knows.</summary>
    public Task<string?> WriteAsync(GrainId id, StoredStash stash, StoredStash? known = null, string? etag = null, CancellationToken cancellation = default) =>
        Store.WriteAsync(id, stash, known?.Image, etag, cancellation);

    /// <summary>Version and content as text.</summary>
    public async Task<string> ReadAsync(GrainId id)
    {
        var (stash, _) = await Store.ReadAsync(id, default);
        return stash is null ? "none" : $"{stash.Image.Version}: {string.Join(", ", stash.Image.Entries.Select(static entry => $"{entry.Name}={Encoding.UTF8.GetString(entry.Value.Span)}"))}";
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
