using System.Security.Cryptography;
using LiveStash.Records;
using Microsoft.Extensions.Logging;
using Microsoft.JSInterop;

namespace LiveStash.Engines;

/// <summary>Images of stashes as protected tokens in the browser.</summary>
internal sealed partial class StashTokenStore(IBrowserVault vault, StashTokens tokens, ILogger<StashTokenStore> logger)
{
    /// <summary>What the browser has of this stash, as far as it can be read. May have expired.</summary>
    public async ValueTask<StashImage?> LoadAsync(StashId id, CancellationToken cancellationToken)
    {
        if (await vault.LoadAsync(Stamp(id), tokens.MaxLength, cancellationToken) is not { } token)
        {
            return null;
        }

        try
        {
            return tokens.Unprotect(id, token);
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or InvalidDataException)
        {
            LogUnreadable();
            return null;
        }
    }

    public ValueTask<VaultAnswer> SaveAsync(StashId id, StashImage image, CancellationToken cancellationToken) =>
        vault.SaveAsync(Stamp(id), image.Epoch, tokens.Protect(id, image), cancellationToken);

    public ValueTask ClearAsync(StashId id, CancellationToken cancellationToken) => vault.ClearAsync(Stamp(id), cancellationToken);

    /// <summary>Whether the exception says that the browser is not there, not that the code is wrong.</summary>
    public static bool IsGone(Exception exception) =>
        exception is JSException or JSDisconnectedException or OperationCanceledException or InvalidOperationException or ObjectDisposedException or IOException or TimeoutException;

    /// <summary>Tells a tab's stashes apart in its storage; does not tell the id.</summary>
    private static string Stamp(StashId id) => id.BindTo("stamp").ToString();

    [LoggerMessage(1400, LogLevel.Warning, "A browser holds a state that cannot be read here (expired, altered, or of another key ring), so it was not recovered. If that follows a deployment or happens behind a load balancer, persist and share the Data Protection key ring: services.AddDataProtection().PersistKeysTo...().")]
    private partial void LogUnreadable();
}
