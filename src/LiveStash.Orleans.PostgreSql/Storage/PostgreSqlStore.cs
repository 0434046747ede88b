using System.Globalization;
using LiveStash.Orleans.PostgreSql.Schema;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Records;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace LiveStash.Orleans.PostgreSql.Storage;

/// <summary>
/// The grain storage of stashes in PostgreSQL. Stashes come through <see cref="IStashStore"/>; what else LiveStash keeps comes
/// through <see cref="IGrainStorage"/>, and is written as a whole.
/// </summary>
internal sealed class PostgreSqlStore : IStashStore, IGrainStorage, ILifecycleParticipant<ISiloLifecycle>, IAsyncDisposable
{
    /// <summary>In hashes of row ids: never to be changed.</summary>
    private const string StashState = "stash";

    /// <summary>
    /// How large a stash is shows when it is there. An answer that takes longer than the time-out fails for all that are in it, and the
    /// next would be as large: so many are read at once that it is no more than this where all are as large as a stash may be.
    /// </summary>
    private const int MaxReadBytes = 16 * 1024 * 1024;

    private readonly PostgreSqlStashStoreOptions _options;
    private readonly string _serviceId;
    private readonly NpgsqlDataSource _source;
    private readonly StateStatements _states;
    private readonly IActivatorProvider _activators;
    private readonly GroupCommit<StashWriteOperation, bool> _writes;
    private readonly GroupCommit<(Guid Id, long ETag), bool> _clears;
    private readonly GroupCommit<Guid, (StoredStash? Stash, long ETag)> _reads;

    public PostgreSqlStore(
        IOptions<PostgreSqlStashStoreOptions> options, IOptions<StashGrainOptions> stashes, IOptions<ClusterOptions> cluster,
        Serializer serializer, IActivatorProvider activators)
    {
        _activators = activators;
        _options = options.Value;
        _serviceId = cluster.Value.ServiceId;
        var timeout = stashes.Value.StorageTimeout;
        _source = StoreConnections.Create(_options, timeout);
        _states = new(_source, new OrleansGrainStorageSerializer(serializer));

        // Where one connection does not answer, those that wait for use may not either: they are not tried one by one.
        _writes = new((writes, cancellation) => StashStatements.WriteAsync(_source, writes, cancellation), static write => write.Size, timeout, _source.Clear);
        _clears = new((clears, cancellation) => StashStatements.ClearAsync(_source, clears, cancellation), static _ => 0, timeout, _source.Clear);
        _reads = Reads((reads, cancellation) => StashStatements.ReadAsync(_source, reads, cancellation), stashes.Value, _source.Clear);
    }

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(PostgreSqlStore), ServiceLifecycleStage.ApplicationServices, StartAsync, _ => Task.CompletedTask);

    public async Task<(StoredStash? Stash, string? ETag)> ReadAsync(GrainId id, CancellationToken cancellationToken)
    {
        var (stash, etag) = await _reads.RunAsync(RowOf(StashState, id), cancellationToken);
        return (stash, Text(etag));
    }

    public async Task<string?> WriteAsync(GrainId id, StoredStash stash, StashImage? known, string? etag, CancellationToken cancellationToken)
    {
        if (known is null && etag is not null)
        {
            // There is a row, and nobody knows what it holds.
            var (stored, found) = await ReadAsync(id, cancellationToken);
            ThrowIfOther(found == etag, etag);
            known = stored!.Image;
        }

        var write = StashWriteOperation.Create(RowOf(StashState, id), stash, known, Number(etag));
        ThrowIfOther(await _writes.RunAsync(write, cancellationToken), etag);
        return Text(write.ETag);
    }

    public async Task<string?> ClearAsync(GrainId id, StashImage? known, string? etag, CancellationToken cancellationToken)
    {
        ThrowIfOther(
            etag is null
                ? (await ReadAsync(id, cancellationToken)).ETag is null
                : await _clears.RunAsync((RowOf(StashState, id), Number(etag)), cancellationToken),
            etag);
        return null;
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var (state, etag) = await _states.ReadAsync<T>(RowOf(stateName, grainId), cancellationToken);
        (grainState.RecordExists, grainState.ETag) = (etag != 0, Text(etag));
        grainState.State = etag == 0 ? New<T>() : state!;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var etag = StashWriteOperation.NewETag();
        ThrowIfOther(await _states.WriteAsync(RowOf(stateName, grainId), grainState.State, Number(grainState.ETag), etag, cancellationToken), grainState.ETag);
        (grainState.RecordExists, grainState.ETag) = (true, Text(etag));
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        ThrowIfOther(await _states.ClearAsync(RowOf(stateName, grainId), Number(grainState.ETag), cancellationToken), grainState.ETag);
        (grainState.RecordExists, grainState.ETag, grainState.State) = (false, null, New<T>());
    }

    /// <summary>Reads in groups: of 64 with the default of <see cref="StashGrainOptions.MaxStashBytes"/>.</summary>
    internal static GroupCommit<Guid, TResult> Reads<TResult>(
        Func<IReadOnlyList<Guid>, CancellationToken, Task<TResult[]>> run, StashGrainOptions stashes, Action timedOut)
    {
        // Groups have one measure of when they are full: a read counts for the same part of that as of the bytes of an answer.
        const int full = GroupCommit<Guid, TResult>.MaxBytes;
        var share = (int)Math.Clamp((long)stashes.MaxStashBytes * full / MaxReadBytes, 1, full);
        return new(run, _ => share, stashes.StorageTimeout, timedOut);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_writes.StopAsync(), _clears.StopAsync(), _reads.StopAsync());
        await _source.DisposeAsync();
    }

    private Task StartAsync(CancellationToken cancellationToken) => StoreSchema.EnsureAsync(_source, _options.CreateSchema, cancellationToken);

    /// <summary>As Orleans makes the state of a grain that has none.</summary>
    private T New<T>() => _activators.GetActivator<T>().Create();

    private Guid RowOf(string stateName, GrainId id) => RowId.Of(_serviceId, stateName, id);

    private static long Number(string? etag) => etag is null ? 0 : long.Parse(etag, CultureInfo.InvariantCulture);

    private static string? Text(long etag) => etag == 0 ? null : etag.ToString(CultureInfo.InvariantCulture);

    private static void ThrowIfOther(bool isDone, string? etag)
    {
        if (!isDone)
        {
            throw new InconsistentStateException("The row has another ETag.", storedEtag: "", currentEtag: etag ?? "");
        }
    }
}
