using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;

namespace LiveStash.Hosting;

/// <summary>The authenticated user's id or, for an anonymous visitor, the random cookie that <see cref="SessionCookieMiddleware"/> gave.</summary>
internal sealed class SessionKeyProvider(AuthenticationStateProvider? authentication = null) : IStashSessionKeyProvider
{
    // A circuit's later calls come without the request that it started with.
    private readonly string? _visitor = VisitorKey;

    public async ValueTask<string> GetSessionKeyAsync(CancellationToken cancellationToken = default)
    {
        if (authentication is not null)
        {
            var user = (await authentication.GetAuthenticationStateAsync().WaitAsync(cancellationToken)).User;
            if (user.Identity is { IsAuthenticated: true } identity)
            {
                var id = user.FindFirst(ClaimTypes.NameIdentifier) ?? user.FindFirst("sub") ?? user.FindFirst(identity is ClaimsIdentity claims ? claims.NameClaimType : ClaimTypes.Name);
                return id is not null
                    ? $"user:{id.Issuer}:{id.Value}"
                    : throw new InvalidOperationException(
                        "The signed-in user has neither a NameIdentifier nor a sub nor a name claim, so stashes cannot be told apart. Issue one, or register an IStashSessionKeyProvider.");
            }
        }

        return _visitor ?? VisitorKey ?? throw new InvalidOperationException(
            $"The visitor is anonymous and no cookie {SessionCookieMiddleware.NamePrefix}* arrived, so the stash cannot be bound to a session.");
    }

    /// <summary>What the same browser is without a user; <see langword="null"/> when it has no cookie.</summary>
    internal static string? VisitorKey =>
        CircuitRequest.Current is { Request: var request } && SessionCookieMiddleware.ValueOf(request) is { } cookie ? $"visitor:{cookie}" : null;
}
