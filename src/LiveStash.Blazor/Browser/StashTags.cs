using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace LiveStash.Browser;

/// <summary>
/// Makes and reads tags: the stash id, protected by Data Protection for one session. A tag of another session, of another
/// key ring or of no key ring at all is unreadable, and nothing tells which.
/// </summary>
internal sealed class StashTags(IDataProtectionProvider protection)
{
    private const string Purpose = "LiveStash.Tag.v1";

    public string Protect(StashId id, string sessionKey)
    {
        Span<byte> bytes = stackalloc byte[StashId.ByteLength];
        id.CopyTo(bytes);
        return Base64Url.EncodeToString(Protector(sessionKey).Protect(bytes.ToArray()));
    }

    public bool TryUnprotect(string tag, string sessionKey, out StashId id)
    {
        id = default;
        if (tag.Length > StashGreeting.MaxTagLength)
        {
            return false;
        }

        try
        {
            var bytes = Protector(sessionKey).Unprotect(Base64Url.DecodeFromChars(tag));
            if (bytes.Length != StashId.ByteLength)
            {
                return false;
            }

            id = StashId.FromBytes(bytes);
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return false;
        }
    }

    private IDataProtector Protector(string sessionKey) => protection.CreateProtector(Purpose, "session:" + sessionKey);
}
