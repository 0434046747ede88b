using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;

namespace LiveStash.Orleans.Tests.Caching;

/// <summary>How a cache can be called.</summary>
public enum CacheWay
{
    Async,
    Sync,
    BufferAsync,
    BufferSync,
}

/// <summary>A cache, called in one of the ways.</summary>
internal sealed class CacheCaller(IDistributedCache cache, CacheWay way)
{
    private IBufferDistributedCache Buffers => (IBufferDistributedCache)cache;

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions? options = null)
    {
        options ??= new();
        switch (way)
        {
            case CacheWay.Sync:
                cache.Set(key, value, options);
                break;
            case CacheWay.Async:
                await cache.SetAsync(key, value, options);
                break;
            case CacheWay.BufferSync:
                Buffers.Set(key, InTwo(value), options);
                break;
            default:
                await Buffers.SetAsync(key, InTwo(value), options);
                break;
        }
    }

    public async Task<byte[]?> GetAsync(string key)
    {
        var writer = new ArrayBufferWriter<byte>();
        return way switch
        {
            CacheWay.Sync => cache.Get(key),
            CacheWay.Async => await cache.GetAsync(key),
            CacheWay.BufferSync => Buffers.TryGet(key, writer) ? writer.WrittenSpan.ToArray() : Nothing(writer),
            _ => await Buffers.TryGetAsync(key, writer) ? writer.WrittenSpan.ToArray() : Nothing(writer),
        };
    }

    public async Task RefreshAsync(string key)
    {
        if (way is CacheWay.Sync or CacheWay.BufferSync)
        {
            cache.Refresh(key);
        }
        else
        {
            await cache.RefreshAsync(key);
        }
    }

    public async Task RemoveAsync(string key)
    {
        if (way is CacheWay.Sync or CacheWay.BufferSync)
        {
            cache.Remove(key);
        }
        else
        {
            await cache.RemoveAsync(key);
        }
    }

    /// <summary>Of two segments, as a writer of pooled buffers has it.</summary>
    private static ReadOnlySequence<byte> InTwo(byte[] value)
    {
        var first = new Segment(value.AsMemory(0, value.Length / 2));
        var last = first.Append(value.AsMemory(value.Length / 2));
        return new(first, 0, last, last.Memory.Length);
    }

    private static byte[]? Nothing(ArrayBufferWriter<byte> writer)
    {
        Assert.Equal(0, writer.WrittenCount);
        return null;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
