using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace LiveStash.Browser;

/// <summary>
/// Slots whose entries of the Reconnect scope a loss has left behind, and whose page has not been opened since. The browser keeps
/// them from circuit to circuit, as a list of hashes that tells it no name.
/// </summary>
/// <param name="text">What the browser has kept, which may be anything; <see langword="null"/> for none.</param>
internal sealed class OwedSlots(string? text)
{
    /// <summary>How many are told apart. With more, each is owed.</summary>
    private const int Most = 64;

    /// <summary>The list that holds each.</summary>
    public const string Everything = "*";

    private readonly string[]? _hashes = text is Everything or { Length: > Most * 9 } ? null : (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);

    public bool Contains(string slot) => _hashes is null || (_hashes.Length > 0 && _hashes.Contains(Hash(slot)));

    /// <summary>What this one or another one holds.</summary>
    public OwedSlots And(OwedSlots other) => new(_hashes is null || other._hashes is null ? Everything : string.Join(',', _hashes.Concat(other._hashes)));

    /// <summary>What the browser is to keep; empty when nothing is owed.</summary>
    public static string Format(IReadOnlyCollection<string> slots) => slots.Count > Most ? Everything : string.Join(',', slots.Select(Hash));

    private static string Hash(string slot) => XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(slot)).ToString("x8", CultureInfo.InvariantCulture);
}
