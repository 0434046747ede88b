using System.Buffers.Text;
using System.Security.Cryptography;
using LiveStash.Records;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace LiveStash.Engines;

/// <summary>
/// Tokens: an image that leaves the server, protected by Data Protection and limited in time. The image names the stash id,
/// which is bound to the session, so that a token of another session does not fit.
/// </summary>
internal sealed class StashTokens
{
    private const string Purpose = "LiveStash.State.v1";

    // What encryption, expiry and authentication add to a payload, generously.
    private const int ProtectionBytes = 512;

    private readonly ITimeLimitedDataProtector _protector;
    private readonly StashTokenProtection _protection;
    private readonly int _compressAboveBytes;
    private readonly StashLimits _limits;

    public StashTokens(IDataProtectionProvider provider, IOptions<LiveStashOptions> options, IOptions<BrowserEngineOptions> engine)
    {
        _protection = engine.Value.Protection!.Value;
        _compressAboveBytes = engine.Value.CompressAboveBytes;
        _limits = options.Value.Limits;
        _protector = provider.CreateProtector(Purpose, _protection.ToString()).ToTimeLimitedDataProtector();
        MaxLength = Base64Url.GetEncodedLength(StashImageCodec.MaxBytes(_limits) + ProtectionBytes) + ProtectionBytes;
    }

    /// <summary>The longest token, in characters, that is looked at.</summary>
    public int MaxLength { get; }

    public string Protect(StashId id, StashImage image)
    {
        var bytes = StashImageCodec.Encode(id, image, _compressAboveBytes);
        return _protection == StashTokenProtection.Encrypt
            ? Base64Url.EncodeToString(_protector.Protect(bytes, image.TimeToLive))
            : $"{Base64Url.EncodeToString(bytes)}~{Base64Url.EncodeToString(_protector.Protect(SHA256.HashData(bytes), image.TimeToLive))}";
    }

    /// <summary>The image, or <see langword="null"/> when the token is of another stash.</summary>
    /// <exception cref="CryptographicException">The token is forged, expired or of another key ring.</exception>
    /// <exception cref="FormatException">It is no token at all.</exception>
    /// <exception cref="InvalidDataException">It was made by other rules than today's.</exception>
    public StashImage? Unprotect(StashId id, string token)
    {
        if (token.Length > MaxLength)
        {
            throw new InvalidDataException("The token is over the limit.");
        }

        return StashImageCodec.Decode(id, _protection == StashTokenProtection.Encrypt ? Decrypt(token) : Verify(token), _limits);
    }

    private byte[] Decrypt(string token) => _protector.Unprotect(Base64Url.DecodeFromChars(token));

    private byte[] Verify(string token)
    {
        var end = token.IndexOf('~', StringComparison.Ordinal);
        if (end < 0)
        {
            throw new FormatException("The token has no signature.");
        }

        var hash = _protector.Unprotect(Base64Url.DecodeFromChars(token.AsSpan(end + 1)));
        var bytes = Base64Url.DecodeFromChars(token.AsSpan(0, end));
        return CryptographicOperations.FixedTimeEquals(hash, SHA256.HashData(bytes))
            ? bytes
            : throw new CryptographicException("The signature does not fit.");
    }
}
