using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LiveStash.Hosting;

/// <summary>Where the keys of tags and tokens are.</summary>
internal sealed class KeyRing(IOptions<KeyManagementOptions> keys, IHostEnvironment environment)
{
    /// <summary>
    /// Whether nobody has said it, outside of Development: tags would not outlive this process, or not be readable by the other
    /// servers.
    /// </summary>
    public bool MayBeLost => keys.Value.XmlRepository is null && !environment.IsDevelopment();
}
