using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;

namespace LiveStash.Orleans.PostgreSql.Storage;

/// <summary>Names of rows.</summary>
internal static class RowId
{
    /// <summary>
    /// 128 bits of a hash: short, which is most of what a small change writes, and nothing that a grain can be called with.
    /// Never to be changed: it is how rows are found.
    /// </summary>
    /// <param name="serviceId">Whose.</param>
    /// <param name="stateName">Which state of the grain.</param>
    /// <param name="grainId">Which grain.</param>
    public static Guid Of(string serviceId, string stateName, GrainId grainId)
    {
        // Lengths, so that no two of them are the same text.
        var text = Encoding.UTF8.GetBytes($"{serviceId.Length}:{serviceId}{stateName.Length}:{stateName}{grainId}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return new(hash[..16], bigEndian: true);
    }
}
