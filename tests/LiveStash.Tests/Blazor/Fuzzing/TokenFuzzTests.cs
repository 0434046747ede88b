using System.Text;
using LiveStash.Engines;
using LiveStash.Records;
using LiveStash.Tests.Blazor.Infrastructure;
using LiveStash.Tests.Fuzzing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Time.Testing;
using Xunit.Abstractions;

namespace LiveStash.Tests.Blazor.Fuzzing;

/// <summary>
/// Tokens, as the browser memory engine finds them in a tab's storage: it recovers what a token of this stash holds that was not
/// changed and has not expired, and nothing else.
/// </summary>
[Collection(FuzzCollection.Name)]
public sealed class TokenFuzzTests(ITestOutputHelper output)
{
    private const int Pool = 48;
    private const int InputsPerLog = 500;

    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(10));

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
    private readonly EphemeralDataProtectionProvider _keys = new();
    private readonly List<(StashId Id, string Token, StashImage Image)> _valid = [];
    private LogCollector _logs = new();
    private int _made;

    [Theory]
    [InlineData(StashTokenProtection.Encrypt)]
    [InlineData(StashTokenProtection.Sign)]
    public async Task OpenAsync_AnySpoiledSwappedOrReplayedToken_NoException_NoneRecovers_Bounded(StashTokenProtection protection)
    {
        var random = new Random(FuzzRun.Seed);
        var tokens = TokenParts.Tokens(_keys, protection);
        StashId[] ids = [.. Enumerable.Range(0, 4).Select(_ => StashId.FromBytes(Mutator.Noise(random, StashId.ByteLength)))];
        for (var i = 0; i < Pool; i++)
        {
            // Some compressed, one near the limit.
            var size = i == 0 ? 200_000 : random.Next(random.Next(2) == 0 ? 100 : 4000);
            StashEntry[] entries = [new("r:Counter/Count", Encoding.UTF8.GetBytes($"{i}")), new("t:Counter/Note", Mutator.Noise(random, size))];
            var image = new StashImage(random.Next(1, 9), random.Next(1, 99), Terms.TimeToLive, _time.GetUtcNow() + Terms.TimeToLive, entries, (int)StashEntries.Size(entries));
            _valid.Add((ids[i % ids.Length], tokens.Protect(ids[i % ids.Length], image), image));
        }

        var kind = protection == StashTokenProtection.Encrypt ? FuzzKind.EncryptedToken : FuzzKind.SignedToken;
        await new FuzzRun(kind, output).EachAsync(input => Make(input, tokens, protection));
    }

    private FuzzCase Make(Random random, StashTokens tokens, StashTokenProtection protection)
    {
        var (id, token, image) = _valid[random.Next(Pool)];
        var other = _valid[random.Next(Pool)];
        var (mutation, text) = random.Next(12) switch
        {
            0 => ("of another stash", _valid.First(valid => valid.Id != id).Token),
            1 => ("of another key ring", TokenParts.Tokens(new EphemeralDataProtectionProvider(), protection).Protect(id, image)),
            2 => ("of the other protection", TokenParts.Tokens(_keys, Other(protection)).Protect(id, image)),
            3 => ("replayed after its expiry", tokens.Protect(id, image with { ExpiresAt = _time.GetUtcNow() - TimeSpan.FromTicks(random.Next(2)) })),

            // Data Protection has a clock of its own: over before it began.
            4 => ("replayed after the expiry of its protection", tokens.Protect(id, image with { TimeToLive = TimeSpan.FromSeconds(-1 - random.Next(1000)) })),
            5 when protection == StashTokenProtection.Sign => ("signature of another", $"{token.Split('~')[0]}~{other.Token.Split('~')[1]}"),
            _ => Mutator.Spoil(random, token, other.Token, tokens.MaxLength * 2),
        };

        // A tab has the token under the stamp of the stash that its tag names.
        if (_made++ % InputsPerLog == 0)
        {
            _logs = new();
        }

        var vault = new MemoryVault();
        var engine = TokenParts.Browser(vault, tokens, _time, _logs);
        vault.Put((id.BindTo("stamp").ToString(), 1, text));
        StashOpenResult opened = default;
        var completed = false;
        return new(
            mutation,
            text,
            () =>
            {
                var opening = engine.OpenAsync(id, StashOpenMode.Own, Terms);
                completed = opening.IsCompleted;
                opened = opening.AsTask().GetAwaiter().GetResult();
            },
            () =>
            {
                var same = _valid.Where(valid => valid.Id == id && AreSame(text, valid.Token, protection)).Select(valid => valid.Image).FirstOrDefault();
                return !completed ? "it did not end at once"
                    : same is null ? opened is { Outcome: StashOutcome.NotFound, Entries.Count: 0 } ? null : $"the outcome is {opened.Outcome} with {opened.Entries.Count} entries"
                    : opened.IsOk && opened.Version == same.Version && opened.Entries.Zip(same.Entries).All(pair => pair.First.Value.Span.SequenceEqual(pair.Second.Value.Span)) ? null
                    : $"an unchanged token gave {opened.Outcome}";
            });
    }

    private static bool AreSame(string text, string valid, StashTokenProtection protection)
    {
        if (protection == StashTokenProtection.Encrypt)
        {
            return Base64Text.AreSameBytes(text, valid);
        }

        var (parts, validParts) = (text.Split('~', 2), valid.Split('~', 2));
        return parts.Length == 2 && Base64Text.AreSameBytes(parts[0], validParts[0]) && Base64Text.AreSameBytes(parts[1], validParts[1]);
    }

    private static StashTokenProtection Other(StashTokenProtection protection) =>
        protection == StashTokenProtection.Encrypt ? StashTokenProtection.Sign : StashTokenProtection.Encrypt;
}
