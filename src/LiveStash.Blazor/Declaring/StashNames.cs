using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LiveStash.Declaring;

/// <summary>
/// Names inside a stash. An entry is named <c>r:Shop.Counter#7/Count</c>: scope, component type, key and property. The scope
/// is part of the name because a new circuit has to know it before any component exists.
/// </summary>
internal static class StashNames
{
    public const int MaxKeyLength = 256;

    /// <summary>Stands where a property's name does; none can be called so.</summary>
    public const string VersionProperty = "$version";

    private const string ReconnectPrefix = "r:";
    private const string TabPrefix = "t:";

    /// <summary>The name of a slot. A long key, of a page whose address has long values, goes in as its hash.</summary>
    public static string Slot(StashPlan plan, string? key) => key switch
    {
        null => plan.TypeName,
        { Length: > MaxKeyLength } => $"{plan.TypeName}#sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}",
        _ => $"{plan.TypeName}#{key}",
    };

    public static string Entry(string slot, string property, StashScope scope) =>
        $"{(scope == StashScope.Tab ? TabPrefix : ReconnectPrefix)}{slot}/{property}";

    /// <summary>What all entry names of a slot in one scope start with.</summary>
    public static string Prefix(string slot, StashScope scope) => Entry(slot, "", scope);

    /// <summary>Whether an entry is one of the slot in this scope. A key may hold anything, the name of a property no slash.</summary>
    public static bool IsIn(string entry, string slot, StashScope scope)
    {
        var prefix = Prefix(slot, scope);
        return entry.StartsWith(prefix, StringComparison.Ordinal) && entry.IndexOf('/', prefix.Length) < 0;
    }

    /// <summary>The slot that an entry is in.</summary>
    public static string SlotOf(string entry) => entry[ReconnectPrefix.Length..Math.Max(ReconnectPrefix.Length, entry.LastIndexOf('/'))];

    public static bool IsReconnect(string entry) => entry.StartsWith(ReconnectPrefix, StringComparison.Ordinal);

    /// <summary>The value of the entry that says which version of the owner has saved. Not there for version 1.</summary>
    public static byte[] Version(int version) => Encoding.ASCII.GetBytes(version.ToString(CultureInfo.InvariantCulture));

    /// <summary>The version that such an entry says; 0 for one that cannot be.</summary>
    public static int ReadVersion(ReadOnlySpan<byte> bytes) => int.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
}
