namespace LiveStash.Sessions;

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

    public static string Slot(StashPlan plan, string? key)
    {
        if (key is { Length: > MaxKeyLength })
        {
            throw new InvalidOperationException(
                $"The StashKey of a {plan.TypeName} has {key.Length} characters; at most {MaxKeyLength} are allowed. Use an id, not content.");
        }

        return key is null ? plan.TypeName : $"{plan.TypeName}#{key}";
    }

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

    public static bool IsReconnect(string entry) => entry.StartsWith(ReconnectPrefix, StringComparison.Ordinal);
}
