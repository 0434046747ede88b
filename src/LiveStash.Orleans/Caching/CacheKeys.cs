using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace LiveStash.Orleans.Caching;

/// <summary>
/// Which stash an entry of a cache is: the first 128 bits of SHA-256(SHA-256("livestash.cache", instance name), key). The key
/// counts as UTF-16, so that none is too odd to be told from another. Logs and storage hold no key. Safe for concurrent use.
/// </summary>
internal sealed class CacheKeys
{
    private const int MaxOnStack = 512;

    /// <summary>Of fixed length: no instance name and key together are another name and another key.</summary>
    private readonly byte[] _prefix;

    public CacheKeys(string instanceName) => _prefix = SHA256.HashData(Encoding.UTF8.GetBytes("livestash.cache\0" + instanceName));

    public StashId IdOf(string key)
    {
        var text = MemoryMarshal.AsBytes(key.AsSpan());
        var length = _prefix.Length + text.Length;
        var rented = length > MaxOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        var input = rented is null ? stackalloc byte[MaxOnStack] : rented;
        _prefix.CopyTo(input);
        text.CopyTo(input[_prefix.Length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input[..length], hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }

        return StashId.FromBytes(hash[..StashId.ByteLength]);
    }
}
