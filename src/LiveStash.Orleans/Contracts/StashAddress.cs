using System.Runtime.InteropServices;

namespace LiveStash.Orleans.Contracts;

/// <summary>
/// Where in the cluster a stash is, and what a call has to bring. Orleans writes the keys of grains into its logs, traces and
/// statistics. So the key is a hash of the stash's id, by which nobody can call; each call carries the id itself.
/// </summary>
internal static class StashAddress
{
    /// <summary>The grain type's name in grain ids, which are in reminder and storage tables: never to be changed.</summary>
    public const string TypeName = "livestash";

    /// <summary>The key of the stash's grain: the first 128 bits of SHA-256(id, "grain"), as text.</summary>
    public static string KeyOf(StashId id) => id.BindTo("grain").ToString();

    /// <summary>What a call of the stash's grain carries: the id.</summary>
    public static UInt128 SecretOf(StashId id)
    {
        Span<byte> bytes = stackalloc byte[StashId.ByteLength];
        id.CopyTo(bytes);
        return MemoryMarshal.Read<UInt128>(bytes);
    }

    /// <summary>Whether a call that carries this may use the grain with this key.</summary>
    public static bool Opens(UInt128 secret, string key) =>
        KeyOf(StashId.FromBytes(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in secret)))) == key;
}
