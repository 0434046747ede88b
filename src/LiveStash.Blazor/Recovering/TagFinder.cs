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

    public async Task<FoundTag> FindAsync(string engine, string sessionKey, StashPort port, CancellationToken cancellationToken)
    {
        // Now: by the time that the browser answers, the connection with its request may be another one.
        var visitor = SessionKeyProvider.VisitorKey;
        if (await browser.GreetAsync(engine, port, cancellationToken) is not { } greeting)
        {
            return new(StashStatus.Error, Lost: false);
        }

        var found = Find(greeting, sessionKey, visitor);
        if (found.Tag is null && HasTag(greeting))
        {
            LogUnreadableTag();
        }

        return found;
    }

    /// <summary>Finds among what was told the tag of this session.</summary>
    /// <param name="greeting">What was told.</param>
    /// <param name="sessionKey">The session's key.</param>
    /// <param name="visitor">What the same browser is without a user; see <see cref="SessionKeyProvider.VisitorKey"/>.</param>
    public FoundTag Find(StashGreeting greeting, string sessionKey, string? visitor)
    {
        if (!HasTag(greeting))
        {
            return new(greeting.Lost ? StashStatus.NotFound : StashStatus.New, greeting.Lost);
        }

        var told = Told(greeting);
        var former = visitor is null || visitor == sessionKey ? default : Read(told, visitor);
        var (tag, id, owed) = Read(told, sessionKey);
        var isTakenAlong = tag is null && former.Tag is not null && sessions.Value.TakeAnonymousStashAlong;
        if (tag is null && !isTakenAlong)
        {
            // Whatever it was, it is out of reach: components that look for their state shall hear that.
            return new(StashStatus.NotFound, Lost: true) { Outdated = former.Tag };
        }

        return new(StashStatus.Recovered, greeting.Lost)
        {
            Tag = isTakenAlong ? former.Tag : tag,
            Id = isTakenAlong ? former.Id : id,
            BoundTo = isTakenAlong ? visitor! : sessionKey,
            Outdated = isTakenAlong ? null : former.Tag,
            Owed = new(isTakenAlong ? former.Owed : owed),
            Copy = greeting.Duplicate || isTakenAlong,
            Poisoned = greeting.Failures >= MostFailures,
        };
    }

    private static bool HasTag(StashGreeting greeting) => greeting.TagTooLong || Told(greeting).Length > 0;

    private static string[] Told(StashGreeting greeting) => [.. (greeting.Tags ?? []).OfType<string>().Take(StashGreeting.MaxTags)];

    private (string? Tag, StashId Id, string? Owed) Read(string[] told, string sessionKey)
    {
        foreach (var kept in told)
        {
            if (kept.Split('~', 2) is [var tag, .. var owed] && tags.TryUnprotect(tag, sessionKey, out var id))
            {
                return (tag, id, owed.FirstOrDefault());
            }
        }

        return default;
    }

    [LoggerMessage(1700, LogLevel.Warning, "A browser sent a tag that cannot be read here, so nothing was recovered for it. After a sign-in or sign-out that is as it should be. If it follows a deployment or happens behind a load balancer, persist and share the Data Protection key ring: services.AddDataProtection().PersistKeysTo...().")]
    private partial void LogUnreadableTag();
}
