using LiveStash.Browser;
using Microsoft.AspNetCore.DataProtection;

namespace LiveStash.Tests.Blazor.Browser;

public sealed class StashTagsTests
{
    private readonly EphemeralDataProtectionProvider _keys = new();

    [Fact]
    public void TryUnprotect_OfTheSameSession_GivesTheIdBack()
    {
        var id = StashId.New();
        var tag = new StashTags(_keys).Protect(id, "user:a");

        Assert.True(new StashTags(_keys).TryUnprotect(tag, "user:a", out var back));
        Assert.Equal(id, back);
        Assert.InRange(tag.Length, 1, StashGreeting.MaxTagLength);
        Assert.DoesNotContain(id.ToString(), tag, StringComparison.Ordinal);
        Assert.NotEqual(tag, new StashTags(_keys).Protect(id, "user:a"));
    }

    [Fact]
    public void TryUnprotect_OfAnotherSessionOrKeyRing_False()
    {
        var tag = new StashTags(_keys).Protect(StashId.New(), "user:a");

        Assert.False(new StashTags(_keys).TryUnprotect(tag, "user:b", out var id));
        Assert.False(new StashTags(_keys).TryUnprotect(tag, "user:a:", out _));
        Assert.False(new StashTags(new EphemeralDataProtectionProvider()).TryUnprotect(tag, "user:a", out _));
        Assert.Equal(default, id);
    }

    [Fact]
    public void TryUnprotect_ProtectedForAnotherPurpose_False()
    {
        // What the app itself protects with the same keys, and hands out, is no tag.
        var foreign = System.Buffers.Text.Base64Url.EncodeToString(_keys.CreateProtector("App", "session:user:a").Protect(new byte[StashId.ByteLength]));

        Assert.False(new StashTags(_keys).TryUnprotect(foreign, "user:a", out _));
    }

    [Fact]
    public void TryUnprotect_AnyText_FalseWithoutAnException()
    {
        var random = new Random(20310203);
        var tags = new StashTags(_keys);
        var valid = tags.Protect(StashId.New(), "user:a");
        for (var i = 0; i < 3000; i++)
        {
            var text = (i % 4) switch
            {
                0 => new string([.. Enumerable.Range(0, random.Next(600)).Select(_ => (char)random.Next(char.MaxValue))]),
                1 => valid[..random.Next(valid.Length)],
                2 => valid + valid[..random.Next(1, valid.Length)],
                _ => Flip(valid, random),
            };
            Assert.False(tags.TryUnprotect(text, "user:a", out _), text);
        }

        Assert.False(tags.TryUnprotect(new string('A', 10_000_000), "user:a", out _));
    }

    private static string Flip(string text, Random random)
    {
        // Not the last character: its lowest bits carry nothing.
        var at = random.Next(text.Length - 1);
        return text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..];
    }
}
