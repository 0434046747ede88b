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
            return new(greeting.Lost ? StashStatus.NotFound : StashStatus.New, greeting.Lost) { Greeting = greeting };
        }

        var told = Told(greeting);
        var former = visitor is null || visitor == sessionKey ? default : Read(told, visitor);
        var own = Read(told, sessionKey);
        var found = own.Tag is null ? null : Found(own, sessionKey) with { Outdated = former.Tag };
        if (former.Tag is not null && sessions.Value.TakeAnonymousStashAlong && (found is null || former.Place < own.Place))
        {
            // Tags come newest first. Under an older visitor's stash the user has saved something since.
            return Found(former, visitor!) with { Owed = new OwedSlots(former.Owed).And(new(own.Owed)), Copy = true, Own = found };
        }

        // Whatever it was, it is out of reach: components that look for their state shall hear that.
        return found ?? new(StashStatus.NotFound, Lost: true) { Outdated = former.Tag, Greeting = greeting };

        FoundTag Found((string? Tag, StashId Id, string? Owed, int Place) read, string boundTo) => new(StashStatus.Recovered, greeting.Lost)
        {
            Tag = read.Tag,
            Id = read.Id,
            BoundTo = boundTo,
            Owed = new(read.Owed),
            Copy = greeting.Duplicate,
            Poisoned = greeting.Failures >= MostFailures,
            Greeting = greeting,
        };
    }

    private static bool HasTag(StashGreeting greeting) => greeting.TagTooLong || Told(greeting).Length > 0;

    private static string[] Told(StashGreeting greeting) => [.. (greeting.Tags ?? []).OfType<string>().Take(StashGreeting.MaxTags)];

    private (string? Tag, StashId Id, string? Owed, int Place) Read(string[] told, string sessionKey)
    {
        for (var place = 0; place < told.Length; place++)
        {
            if (told[place].Split('~', 2) is [var tag, .. var owed] && tags.TryUnprotect(tag, sessionKey, out var id))
            {
                return (tag, id, owed.FirstOrDefault(), place);
            }
        }

        return default;
    }

    [LoggerMessage(1700, LogLevel.Warning, "A browser sent a tag that cannot be read here, so nothing was recovered for it. After a sign-in or sign-out that is as it should be. If it follows a deployment or happens behind a load balancer, persist and share the Data Protection key ring: services.AddDataProtection().PersistKeysTo...().")]
    private partial void LogUnreadableTag();
}
