using LiveStash.Browser;
using LiveStash.Tests.Fuzzing;
using Microsoft.AspNetCore.DataProtection;
using Xunit.Abstractions;

namespace LiveStash.Tests.Blazor.Fuzzing;

/// <summary>Tags: nothing but a tag of this session gives an id, and then the one that it was made for.</summary>
[Collection(FuzzCollection.Name)]
public sealed class TagFuzzTests(ITestOutputHelper output)
{
    private const int Pool = 64;
    private const int Huge = 2_000_000;

    private static readonly string[] Sessions = ["user:https://id.example:a", "user:https://id.example:b", "visitor:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY"];

    private readonly StashTags _tags = new(new EphemeralDataProtectionProvider());
    private readonly List<(string Session, StashId Id, string Tag)> _valid = [];

    [Fact]
    public async Task TryUnprotect_AnySpoiledOrSwappedTag_NoException_NoneRecovers_Bounded()
    {
        var random = new Random(FuzzRun.Seed);
        for (var i = 0; i < Pool; i++)
        {
            var (session, id) = (Sessions[random.Next(Sessions.Length)], StashId.FromBytes(Mutator.Noise(random, StashId.ByteLength)));
            _valid.Add((session, id, _tags.Protect(id, session)));
        }

        await new FuzzRun(FuzzKind.Tag, output).EachAsync(Make);
    }

    private FuzzCase Make(Random random)
    {
        var (session, id, tag) = _valid[random.Next(Pool)];
        var other = _valid[random.Next(Pool)];
        var (mutation, text) = random.Next(8) switch
        {
            0 => ("of another session", tag),
            1 => ("of another key ring", new StashTags(new EphemeralDataProtectionProvider()).Protect(id, session)),
            _ => Mutator.Spoil(random, tag, other.Tag, Huge),
        };
        if (mutation == "of another session")
        {
            session = Sessions.First(candidate => candidate != session);
        }

        var (readable, read) = (false, default(StashId));
        return new(mutation, text, () => readable = _tags.TryUnprotect(text, session, out read), () =>
        {
            // Base64 has several spellings of the same bytes; any other bytes are another tag.
            var same = _valid.Where(valid => valid.Session == session && Base64Text.AreSameBytes(text, valid.Tag)).ToArray();
            return readable == (same.Length > 0) && (!readable || read == same[0].Id) ? null : $"readable is {readable}, the id {(readable ? "another" : "missing")}";
        });
    }
}
