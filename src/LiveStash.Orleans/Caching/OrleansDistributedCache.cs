using System.Buffers;
using System.Runtime.CompilerServices;
using LiveStash.Orleans.Engines;
using LiveStash.Orleans.Measuring;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace LiveStash.Orleans.Caching;

/// <summary>
/// A distributed cache whose entries are stashes. All who write to it, on whichever server, write as one owner that nobody
/// supersedes: each write replaces the whole, so the last one counts. Who reads keeps alive and does not own.
/// </summary>
/// <remarks>Arrays are copied on the way in and out: within a process the grain would hold those of the caller.</remarks>
internal sealed class OrleansDistributedCache : IDistributedCache, IBufferDistributedCache
{
    /// <summary>The epoch of all. Nothing opens such a stash to own it, which would raise it.</summary>
    private const long Epoch = 1;

    /// <summary>Of the one entry. In storage: never to be changed.</summary>
    private const string EntryName = "value";

    private readonly OrleansDistributedCacheOptions _options;
    private readonly CacheKeys _keys;
    private readonly OrleansEngineServices _services;
    private readonly OrleansEngine _reader;
    private readonly StashTerms _readTerms;
    private readonly TimeProvider _time;

    public OrleansDistributedCache(
        IGrainFactory grains, IOptions<OrleansDistributedCacheOptions> options, TimeProvider time, StashMetrics metrics, ILogger<OrleansEngine> logger)
    {
        _options = options.Value;
        _time = time;
        _keys = new(_options.InstanceName);
        var engine = Microsoft.Extensions.Options.Options.Create(new LiveStashOptions { EngineTimeout = _options.Timeout });
        _services = new(grains, engine, TimeProvider.System, metrics, logger);
        _reader = new(_services);

        // Who only uses an entry has no say in how long it is kept.
        _readTerms = new(_options.DefaultSlidingExpiration, _options.Durability);
    }

    public byte[]? Get(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Wait(() => GetAsync(key));
    }

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default) =>
        await ReadAsync(key, token).ConfigureAwait(false) is { } value ? value.ToArray() : null;

    public bool TryGet(string key, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(destination);
        if (Wait(() => ReadAsync(key, CancellationToken.None).AsTask()) is not { } value)
        {
            return false;
        }

        destination.Write(value.Span);
        return true;
    }

    public async ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (await ReadAsync(key, token).ConfigureAwait(false) is not { } value)
        {
            return false;
        }

        destination.Write(value.Span);
        return true;
    }

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(options);
        Wait(() => SetAsync(key, value, options));
    }

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return WriteAsync(key, new(value), options, token).AsTask();
    }

    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(options);
        Wait(() => WriteAsync(key, value, options, CancellationToken.None).AsTask());
    }

    public ValueTask SetAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        WriteAsync(key, value, options, token);

    public void Refresh(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Wait(() => RefreshAsync(key));
    }

    public async Task RefreshAsync(string key, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var opened = await _reader.OpenAsync(_keys.IdOf(key), StashOpenMode.Prolong, _readTerms, token).ConfigureAwait(false);
        ThrowUnlessIsAnswer(opened.Outcome, opened.Detail);
    }

    public void Remove(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Wait(() => RemoveAsync(key));
    }

    public async Task RemoveAsync(string key, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var result = await NewWriter().ClearAsync(_keys.IdOf(key), Epoch, token).ConfigureAwait(false);
        ThrowUnlessIsAnswer(result.Outcome, result.Detail);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string key, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(key);
        var opened = await _reader.OpenAsync(_keys.IdOf(key), StashOpenMode.Use, _readTerms, token).ConfigureAwait(false);
        ThrowUnlessIsAnswer(opened.Outcome, opened.Detail);
        // A plain null would become an array's, and that an empty value.
        return opened.Entries is [var entry, ..] ? entry.Value : default(ReadOnlyMemory<byte>?);
    }

    private async ValueTask WriteAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(options);
        var write = new StashWrite
        {
            Epoch = Epoch,
            BaseVersion = StashWrite.AnyVersion,
            Replace = true,
            Changed = new StashEntry[] { new(EntryName, value.ToArray()) },
            Terms = CacheTerms.Of(options, _options, _time.GetUtcNow()),
        };
        var result = await NewWriter().WriteAsync(_keys.IdOf(key), write, token).ConfigureAwait(false);
        if (result.Outcome == StashOutcome.TooLarge)
        {
            throw new ArgumentException(
                $"The value has {value.Length} bytes, more than the silos take. Raise StashGrainOptions.MaxStashBytes on every silo, as in 'siloBuilder.AddLiveStash(options => options.MaxStashBytes = ...)'. {result.Detail}",
                nameof(value));
        }

        ThrowUnlessIsAnswer(result.Outcome, result.Detail);
    }

    /// <summary>A sender of its own for each change: those of a server do not wait for each other, as those of a page do.</summary>
    private OrleansEngine NewWriter() => new(_services);

    /// <exception cref="OrleansException">The cluster did not answer, or could not do it.</exception>
    private static void ThrowUnlessIsAnswer(StashOutcome outcome, string? detail)
    {
        if (outcome is not (StashOutcome.Ok or StashOutcome.NotFound))
        {
            throw new OrleansException($"The distributed cache on Orleans is not available ({outcome}). {detail}");
        }
    }

    /// <summary>
    /// For callers that cannot await: not on their thread, whose synchronization context or grain would otherwise be waited for by
    /// what it waits for.
    /// </summary>
    private static void Wait(Func<Task> call) => Task.Run(call).GetAwaiter().GetResult();

    /// <inheritdoc cref="Wait(Func{Task})"/>
    private static T Wait<T>(Func<Task<T>> call) => Task.Run(call).GetAwaiter().GetResult();
}
