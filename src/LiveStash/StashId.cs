using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace LiveStash;

/// <summary>
/// Names one stash: 128 bits, random when made by <see cref="New"/>. The text form is 22 characters of base64url.
/// Whoever knows the id of an engine can read the stash, so an id never goes into a log or, in clear, to a browser.
/// </summary>
public readonly record struct StashId
{
    /// <summary>The length of an id in bytes.</summary>
    public const int ByteLength = 16;

    /// <summary>The length of the text form in characters.</summary>
    public const int TextLength = 22;

    private readonly UInt128 _value;

    private StashId(UInt128 value) => _value = value;

    /// <summary>Makes a new id from 128 bits of <see cref="RandomNumberGenerator"/>.</summary>
    public static StashId New()
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        RandomNumberGenerator.Fill(bytes);
        return Read(bytes);
    }

    /// <summary>Reads an id from its 16 bytes.</summary>
    /// <param name="bytes">Exactly <see cref="ByteLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The length is another one.</exception>
    public static StashId FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == ByteLength
            ? Read(bytes)
            : throw new ArgumentException($"A stash id has {ByteLength} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>Reads the text form. Anything but 22 characters of base64url is refused, without an exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out StashId id)
    {
        id = default;
        if (text is not { Length: TextLength })
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[ByteLength];
        // Not TryDecodeFromChars: that one throws for a character outside the alphabet.
        if (Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done || written != ByteLength)
        {
            return false;
        }

        id = Read(bytes);
        return true;
    }

    /// <summary>
    /// Derives the id under which an engine keeps this stash for one session: the first 128 bits of
    /// SHA-256(id, session key). The same id under another session key is another stash, and a list of the derived
    /// ids does not give back the ids that the tags carry.
    /// </summary>
    /// <param name="sessionKey">What tells sessions apart, for example the user's id. Not empty.</param>
    public StashId BindTo(string sessionKey)
    {
        ArgumentException.ThrowIfNullOrEmpty(sessionKey);
        var input = new byte[ByteLength + Encoding.UTF8.GetByteCount(sessionKey)];
        CopyTo(input);
        Encoding.UTF8.GetBytes(sessionKey, input.AsSpan(ByteLength));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        return Read(hash[..ByteLength]);
    }

    /// <summary>Writes the 16 bytes of the id to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        var value = _value;
        MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in value)).CopyTo(destination);
    }

    /// <summary>The text form: 22 characters of base64url.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        CopyTo(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    private static StashId Read(ReadOnlySpan<byte> bytes) => new(MemoryMarshal.Read<UInt128>(bytes));
}
