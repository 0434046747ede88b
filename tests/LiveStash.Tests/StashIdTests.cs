namespace LiveStash.Tests;

public sealed class StashIdTests
{
    private const string KnownText = "AAECAwQFBgcICQoLDA0ODw";
    private static readonly byte[] s_known = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    [Fact]
    public void New_ManyTimes_GivesDifferentIds()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => StashId.New()).ToHashSet();

        Assert.Equal(1000, ids.Count);

        // Every bit is drawn: over 1000 ids each of the 128 is seen set and not set.
        var all = new byte[StashId.ByteLength];
        var any = new byte[StashId.ByteLength];
        Array.Fill(all, byte.MaxValue);
        foreach (var id in ids)
        {
            var bytes = Bytes(id);
            for (var i = 0; i < bytes.Length; i++)
            {
                all[i] &= bytes[i];
                any[i] |= bytes[i];
            }
        }

        Assert.All(all, value => Assert.Equal(0, value));
        Assert.All(any, value => Assert.Equal(255, value));
    }

    [Fact]
    public void ToString_OfKnownBytes_IsBase64UrlInTheOrderOfTheBytes()
    {
        Assert.Equal(KnownText, StashId.FromBytes(s_known).ToString());
        Assert.Equal(new string('_', 21) + "w", StashId.FromBytes(Enumerable.Repeat((byte)255, 16).ToArray()).ToString());
    }

    [Fact]
    public void TryParse_OfAnyIdsText_GivesTheId()
    {
        for (var i = 0; i < 1000; i++)
        {
            var id = StashId.New();
            var text = id.ToString();
            Assert.Equal(StashId.TextLength, text.Length);
            Assert.True(StashId.TryParse(text, out var parsed));
            Assert.Equal(id, parsed);
            Assert.Equal(id.GetHashCode(), parsed.GetHashCode());
            Assert.Equal(Bytes(id), Bytes(parsed));
            Assert.Equal(id, StashId.FromBytes(Bytes(id)));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAECAwQFBgcICQoLDA0OD")] // 21
    [InlineData("AAECAwQFBgcICQoLDA0ODw=")] // 23
    [InlineData("AAECAwQFBgcICQoLDA0ODw==")] // 24, padded
    [InlineData("AAECAwQFBgcICQoLDA0OD=")] // 22 with padding
    [InlineData("AAECAwQFBgcICQoLDA0O==")]
    [InlineData("AAECAwQFBgcICQoLDA0O%%")]
    [InlineData("AAECAwQFBgcICQoLDA0O w")]
    [InlineData("AAECAwQFBgcICQoLDA0OD ")]
    [InlineData(" AAECAwQFBgcICQoLDA0OD")]
    [InlineData("AAECAwQFBgcI\nQoLDA0ODw")]
    [InlineData("AAECAwQFBgcICQoLDA0O  ")] // white space is passed over by the decoder: valid, but 15 bytes
    [InlineData("\r\nAAECAwQFBgcICQoLDA0O")]
    [InlineData("+AECAwQFBgcICQoLDA0ODw")] // base64, not base64url
    [InlineData("/AECAwQFBgcICQoLDA0ODw")]
    [InlineData("AAECAwQFBgcICQoLDA0OD\0")]
    [InlineData("ÄAECAwQFBgcICQoLDA0ODw")]
    [InlineData("\u0141AECAwQFBgcICQoLDA0ODw")] // its low byte is 'A'
    [InlineData("AAECAwQFBgcICQoLDA0ODx")] // bits behind the 128th are set: a second text for the same id
    [InlineData("AAECAwQFBgcICQoLDA0OD_")]
    public void TryParse_AnythingElse_IsRefusedWithoutException(string? text)
    {
        Assert.False(StashId.TryParse(text, out var id));
        Assert.Equal(default, id);
    }

    [Fact]
    public void TryParse_RandomText_NeverThrowsAndAcceptsOnlyItsOwnForm()
    {
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            // Mostly valid text with one strange character somewhere.
            var chars = StashId.New().ToString().ToCharArray();
            chars[random.Next(chars.Length)] = (char)random.Next(random.Next(2) == 0 ? 128 : char.MaxValue + 1);
            var text = new string(chars);
            if (StashId.TryParse(text, out var id))
            {
                Assert.Equal(text, id.ToString());
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    public void FromBytes_OfAnotherLength_Throws(int length) =>
        Assert.Throws<ArgumentException>("bytes", () => StashId.FromBytes(new byte[length]));

    [Fact]
    public void CopyTo_LongerDestination_WritesOnlyTheStart()
    {
        var destination = Enumerable.Repeat((byte)99, 20).ToArray();

        StashId.FromBytes(s_known).CopyTo(destination);

        Assert.Equal([.. s_known, 99, 99, 99, 99], destination);
    }

    [Fact]
    public void CopyTo_ShorterDestination_Throws() =>
        Assert.Throws<ArgumentException>(() => StashId.FromBytes(s_known).CopyTo(new byte[15]));

    [Fact]
    public void BindTo_KnownIdAndKey_IsThePinnedVector()
    {
        // printf '\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017user-1' | sha256sum | cut -c1-32
        // A change of this value loses every stash that is kept when the app is redeployed.
        Assert.Equal("69d6abd6c6e45582ff6c14c26a383656", Convert.ToHexStringLower(Bytes(StashId.FromBytes(s_known).BindTo("user-1"))));
    }

    [Fact]
    public void BindTo_SameIdAndKey_IsDeterministic()
    {
        var id = StashId.New();

        Assert.Equal(id.BindTo("user-1"), StashId.FromBytes(Bytes(id)).BindTo(new string("user-1".AsSpan())));
    }

    [Fact]
    public void BindTo_AnotherKeyOrAnotherId_IsAnotherId()
    {
        var id = StashId.New();
        StashId[] bound =
        [
            id,
            id.BindTo("user-1"),
            id.BindTo("user-2"),
            id.BindTo("User-1"),
            id.BindTo("user-1 "),
            id.BindTo("user-1\0"),
            id.BindTo("ü"),
            id.BindTo(new string('x', 10_000)),
            id.BindTo("user-1").BindTo("user-1"),
            StashId.New().BindTo("user-1"),
        ];

        Assert.Equal(bound.Length, bound.Distinct().Count());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void BindTo_NoKey_Throws(string? key) => Assert.ThrowsAny<ArgumentException>(() => StashId.New().BindTo(key!));

    private static byte[] Bytes(StashId id)
    {
        var bytes = new byte[StashId.ByteLength];
        id.CopyTo(bytes);
        return bytes;
    }
}
