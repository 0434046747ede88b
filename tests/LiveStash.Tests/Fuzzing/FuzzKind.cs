namespace LiveStash.Tests.Fuzzing;

/// <summary>A kind of input, its part of all inputs, and what one of them may cost.</summary>
/// <param name="Name">As in the table of <c>tests/fuzz.sh</c>.</param>
/// <param name="Percent">Its part of all inputs.</param>
/// <param name="MaxBytes">What one input may make the code under test allocate, in bytes of managed memory.</param>
internal sealed record FuzzKind(string Name, int Percent, long MaxBytes)
{
    // Most texts are refused by their length or by their first bytes.
    public static readonly FuzzKind Tag = new("tag", 18, 64 * Kibi);

    // A token has up to 1.1 million characters: text, bytes, and what is decrypted.
    public static readonly FuzzKind EncryptedToken = new("token, encrypted", 16, 8 * Mebi);
    public static readonly FuzzKind SignedToken = new("token, signed", 16, 8 * Mebi);

    // A copy of the input, and content of at most MaxStashBytes with names of three bytes a character.
    public static readonly FuzzKind Image = new("image", 18, 4 * Mebi);

    // A circuit with a component and its renderer, besides the values.
    public static readonly FuzzKind Entry = new("entry", 7, 16 * Mebi);
    public static readonly FuzzKind Interop = new("interop answer", 7, 16 * Mebi);

    public static readonly FuzzKind GrainMessage = new("grain message", 15, 4 * Mebi);

    // The whole cluster is in this process.
    public static readonly FuzzKind GrainCall = new("grain call", 3, 32 * Mebi);

    /// <summary>What one input may take. Far above what any takes: a core that others use too is no measure.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    private const long Kibi = 1024;
    private const long Mebi = 1024 * Kibi;
}
