using System.Runtime.CompilerServices;

namespace LiveStash.Orleans.Contracts;

/// <summary>Epochs and versions as they come off the wire.</summary>
internal static class WireNumbers
{
    /// <summary>They are counted up by one from 1, so that no owner gets anywhere near. From a number above it the count could wrap.</summary>
    public const long Max = 1L << 62;

    /// <exception cref="ArgumentOutOfRangeException">No owner can have got so far.</exception>
    public static void ThrowIfImpossible(long number, [CallerArgumentExpression(nameof(number))] string? name = null) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Max, name);
}
