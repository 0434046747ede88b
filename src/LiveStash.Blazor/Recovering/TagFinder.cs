using LiveStash.Browser;
using LiveStash.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiveStash.Recovering;

/// <summary>Finds out, when a circuit starts, which stash the tab has.</summary>
internal sealed partial class TagFinder(StashBrowser browser, StashTags tags, IOptions<StashSessionOptions> sessions, ILogger<TagFinder> logger)
{
    /// <summary>After so many failures in a row the next page starts without what is saved.</summary>
    private const int MostFailures = 2;

    public async Task<FoundTag> FindAsync(string engine, string sessionKey, CancellationToken cancellationToken)
    {
        if (await browser.GreetAsync(engine, cancellationToken) is not { } greeting)
        {
            return new(StashStatus.Error, Lost: false);
        }

        if (greeting is { Tag: null, TagTooLong: false })
        {
            return new(greeting.Lost ? StashStatus.NotFound : StashStatus.New, greeting.Lost);
        }

        var boundTo = sessionKey;
        if (greeting.Tag is null || !TryRead(greeting.Tag, ref boundTo, out var id))
        {
            LogUnreadableTag();

            // Whatever it was, it is gone: components that look for their state shall hear that.
            return new(StashStatus.NotFound, Lost: true);
        }

        return new(StashStatus.Recovered, greeting.Lost) { Id = id, BoundTo = boundTo, Copy = greeting.Duplicate || boundTo != sessionKey, Poisoned = greeting.Failures >= MostFailures };
    }

    /// <summary>Reads the tag of this session or, right after signing in and where the app allows it, that of the visitor before.</summary>
    private bool TryRead(string tag, ref string boundTo, out StashId id)
    {
        if (tags.TryUnprotect(tag, boundTo, out id))
        {
            return true;
        }

        boundTo = sessions.Value.TakeAnonymousStashAlong ? SessionKeyProvider.VisitorKey ?? boundTo : boundTo;
        return tags.TryUnprotect(tag, boundTo, out id);
    }

    [LoggerMessage(1700, LogLevel.Warning, "A browser sent a tag that cannot be read here, so nothing was recovered for it. After a sign-in or sign-out that is as it should be. If it follows a deployment or happens behind a load balancer, persist and share the Data Protection key ring: services.AddDataProtection().PersistKeysTo...().")]
    private partial void LogUnreadableTag();
}
