using System.Buffers;

namespace LiveStash;

/// <summary>
/// Turns a property's value into bytes and back. Deterministic: equal values give equal bytes, since what has equal bytes
/// is not written again. Safe for concurrent use.
/// </summary>
public interface IStashSerializer
{
    /// <summary>Writes <paramref name="value"/> as its declared type.</summary>
    /// <exception cref="Exception">Whatever the format throws for a value it cannot write.</exception>
    void Serialize<T>(IBufferWriter<byte> writer, T value);

    /// <summary>Reads what <see cref="Serialize{T}"/> wrote. The bytes may come from an older version of the app.</summary>
    /// <exception cref="Exception">Whatever the format throws for bytes it cannot read; the entry is then dropped alone.</exception>
    T? Deserialize<T>(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Says why values of a declared type could be written but not read back. Asked once for each property, when its owner's
    /// type is first seen.
    /// </summary>
    /// <param name="type">The declared type of a property.</param>
    /// <returns>The reason, for the programmer; <see langword="null"/> when there is none, or none that can be known.</returns>
    string? FindUnreadable(Type type) => null;
}
