using System.Text;
using LiveStash.Engines;
using LiveStash.Records;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Tests.Blazor.Engines;

public sealed class BrowserEngineTests
{
    private static readonly StashTerms Terms = new(TimeSpan.FromMinutes(10));

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
    private readonly EphemeralDataProtectionProvider _keys = new();
    private readonly MemoryVault _vault = new();
    private readonly LogCollector _logs = new();
    private readonly StashId _id = StashId.New();

    [Fact]
    public async Task OpenAsync_InAnotherCircuit_RecoversWhatTheFirstOneWrote()
    {
        await WriteAsync(Engine(), "1");

        var opened = await Engine().OpenAsync(_id, StashOpenMode.Own, Terms);

        Assert.Equal((StashOutcome.Ok, 2, "1"), (opened.Outcome, opened.Epoch, Value(opened)));
        Assert.Empty(_logs.AtLeast(LogLevel.Information));
    }

    [Fact]
    public async Task WriteAsync_AfterAnotherCircuitOwns_SupersededAndItsStateStays()
    {
        var (zombie, owner) = (Engine(), Engine());
        await WriteAsync(zombie, "1");
        await owner.OpenAsync(_id, StashOpenMode.Own, Terms);

        Assert.Equal(StashOutcome.Superseded, (await zombie.WriteAsync(_id, Write("2") with { BaseVersion = 1 })).Outcome);

        Assert.Equal("1", Value(await Engine().OpenAsync(_id, StashOpenMode.Read, Terms)));
    }

    [Fact]
    public async Task WriteAsync_StorageFull_TooLargeAndTheCopyBeforeStays()
    {
        var engine = Engine();
        await WriteAsync(engine, "1");
        _vault.Quota = _vault.Token.Length;

        var refused = await WriteAsync(engine, new string('x', 500), 1);
        Assert.Equal((StashOutcome.TooLarge, 1), (refused.Outcome, refused.Version));

        Assert.Equal("1", Value(await Engine().OpenAsync(_id, StashOpenMode.Read, Terms)));
        Assert.True((await WriteAsync(engine, "2", 1)).IsOk);
    }

    [Fact]
    public async Task OpenAsync_StorageFullOfOtherThings_RecoversAllTheSame()
    {
        await WriteAsync(Engine(), "1");
        _vault.Quota = 0;
        var engine = Engine();

        var opened = await engine.OpenAsync(_id, StashOpenMode.Own, Terms);
        Assert.Equal((StashOutcome.Ok, "1"), (opened.Outcome, Value(opened)));
        Assert.Equal(StashOutcome.TooLarge, (await WriteAsync(engine, "2", opened.Version, opened.Epoch)).Outcome);

        _vault.Quota = int.MaxValue;
        Assert.True((await WriteAsync(engine, "2", opened.Version, opened.Epoch)).IsOk);
    }

    [Fact]
    public async Task OpenAsync_AnotherPageIsQuicker_UnavailableAndTheNextTryHasWhatThatWrote()
    {
        await WriteAsync(Engine(), "1");
        var (slow, quick) = (Engine(), Engine());
        var gate = _vault.Gate = new();
        var opening = slow.OpenAsync(_id, StashOpenMode.Own, Terms).AsTask();
        _vault.Gate = null;
        await quick.OpenAsync(_id, StashOpenMode.Own, Terms);
        await quick.OpenAsync(_id, StashOpenMode.Own, Terms);
        Assert.True((await WriteAsync(quick, "2", 1, epoch: 3)).IsOk);
        gate.SetResult();

        Assert.Equal(StashOutcome.Unavailable, (await opening).Outcome);
        var again = await slow.OpenAsync(_id, StashOpenMode.Own, Terms);
        Assert.Equal((StashOutcome.Ok, 4, "2"), (again.Outcome, again.Epoch, Value(again)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnyCall_BrowserGoneOrHanging_UnavailableWithinTheTimeoutAndWorksAgainAfterwards(bool gone)
    {
        var engine = Engine();
        await WriteAsync(engine, "1");
        (_vault.IsGone, _vault.Hangs) = (gone, !gone);

        Assert.Equal(StashOutcome.Unavailable, (await InTimeAsync(WriteAsync(engine, "2", 1))).Outcome);
        Assert.Equal(StashOutcome.Unavailable, (await InTimeAsync(engine.TouchAsync(_id, 1, Terms).AsTask())).Outcome);
        Assert.Equal(StashOutcome.Unavailable, (await InTimeAsync(engine.ClearAsync(_id, 1).AsTask())).Outcome);
        Assert.Equal(StashOutcome.Unavailable, (await InTimeAsync(Engine().OpenAsync(_id, StashOpenMode.Own, Terms).AsTask())).Outcome);

        (_vault.IsGone, _vault.Hangs) = (false, false);
        Assert.Equal("1", Value(await Engine().OpenAsync(_id, StashOpenMode.Read, Terms)));
        Assert.Equal((StashOutcome.Ok, 2), ((await WriteAsync(engine, "2", 1)).Outcome, (await engine.TouchAsync(_id, 1, Terms)).Version));
    }

    [Theory]
    [InlineData("another id")]
    [InlineData("another key ring")]
    [InlineData("another protection")]
    [InlineData("flipped")]
    [InlineData("truncated")]
    [InlineData("garbage")]
    [InlineData("empty")]
    [InlineData("too long")]
    public async Task OpenAsync_TokenThatIsNotOurs_NotFoundAndAtMostOneWarningWithoutIt(string token)
    {
        await WriteAsync(Engine(), "secret-value");
        var (keys, protection) = (_keys, StashTokenProtection.Encrypt);
        switch (token)
        {
            case "another id":
                var other = new MemoryVault();
                await TokenParts.Browser(other, TokenParts.Tokens(_keys), _time, _logs).WriteAsync(StashId.New(), Write("stolen"));
                _vault.Token = other.Token;
                break;
            case "another key ring": keys = new(); break;
            case "another protection": protection = StashTokenProtection.Sign; break;
            case "flipped": _vault.Token = _vault.Token[..40] + (_vault.Token[40] == 'A' ? 'B' : 'A') + _vault.Token[41..]; break;
            case "truncated": _vault.Token = _vault.Token[..^5]; break;
            case "garbage": _vault.Token = "{\"$type\":\"System.Object\"} \0 ~ é"; break;
            case "empty": _vault.Token = ""; break;
            case "too long": _vault.Token = new string('A', 5_000_000); break;
            default: throw new ArgumentException(token, nameof(token));
        }

        var opened = await Engine(keys, protection).OpenAsync(_id, StashOpenMode.Own, Terms);

        Assert.Equal(StashOutcome.NotFound, opened.Outcome);
        Assert.Empty(opened.Entries);

        // Of another stash, and longer than any of ours: not even looked into.
        Assert.Equal(token is "another id" or "too long" ? 0 : 1, _logs.AtLeast(LogLevel.Warning).Length);
        Assert.All(_logs.AtLeast(LogLevel.Warning), line => Assert.Contains("persist and share the Data Protection key ring", line.Text, StringComparison.Ordinal));
        Assert.All(_logs.Lines, line => Assert.DoesNotContain("secret-value", line.Text, StringComparison.Ordinal));
        Assert.All(_logs.Lines, line => Assert.DoesNotContain(_vault.Token.Length > 20 ? _vault.Token[..20] : "\0", line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task OpenAsync_OfAnotherSession_NotFound()
    {
        var id = StashId.New();
        await Engine().WriteAsync(id.BindTo("user:a"), Write("1"));

        Assert.Equal(StashOutcome.NotFound, (await Engine().OpenAsync(id.BindTo("user:b"), StashOpenMode.Own, Terms)).Outcome);
        Assert.Equal(StashOutcome.Ok, (await Engine().OpenAsync(id.BindTo("user:a"), StashOpenMode.Own, Terms)).Outcome);
    }

    [Fact]
    public async Task OpenAsync_ReplayedAfterExpiry_NotFound()
    {
        await WriteAsync(Engine(), "1");
        var kept = _vault.Take();
        _time.Advance(Terms.TimeToLive);
        _vault.Put(kept);

        Assert.Equal(StashOutcome.NotFound, (await Engine().OpenAsync(_id, StashOpenMode.Own, Terms)).Outcome);
    }

    [Theory]
    [InlineData(StashTokenProtection.Encrypt)]
    [InlineData(StashTokenProtection.Sign)]
    public void Unprotect_TokenWhoseProtectionExpired_IsRefused(StashTokenProtection protection)
    {
        // Data Protection has a clock of its own: lifetime over before it began.
        var tokens = TokenParts.Tokens(_keys, protection);
        var token = tokens.Protect(_id, new(1, 1, TimeSpan.FromSeconds(-1), _time.GetUtcNow().AddHours(1), [], 0));

        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => tokens.Unprotect(_id, token));
    }

    [Fact]
    public void Sign_Token_IsReadableButNotAlterable()
    {
        var tokens = TokenParts.Tokens(_keys, StashTokenProtection.Sign);
        StashEntry[] entries = [new("name", "in the clear"u8.ToArray())];
        var token = tokens.Protect(_id, new(1, 1, TimeSpan.FromHours(1), _time.GetUtcNow().AddHours(1), entries, 16));
        var parts = token.Split('~');
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(parts[0]);
        Assert.Contains("in the clear", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);

        // Any byte, and the signature of another content.
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.Throws<System.Security.Cryptography.CryptographicException>(() => tokens.Unprotect(_id, $"{System.Buffers.Text.Base64Url.EncodeToString(bytes)}~{parts[1]}"));
            bytes[i] ^= 1;
        }

        var other = tokens.Protect(_id, new(2, 2, TimeSpan.FromHours(1), _time.GetUtcNow().AddHours(1), [], 0));
        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => tokens.Unprotect(_id, $"{parts[0]}~{other.Split('~')[1]}"));
        Assert.Equal("name", Assert.Single(tokens.Unprotect(_id, token)!.Entries).Name);
    }

    [Fact]
    public void Encrypt_Token_HoldsNothingReadable()
    {
        var tokens = TokenParts.Tokens(_keys);
        StashEntry[] entries = [new("name", "in the clear"u8.ToArray())];
        var token = tokens.Protect(_id, new(1, 1, TimeSpan.FromHours(1), _time.GetUtcNow().AddHours(1), entries, 16));

        Assert.DoesNotContain("in the clear", Encoding.Latin1.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token)), StringComparison.Ordinal);
        Assert.Throws<System.Security.Cryptography.CryptographicException>(() => TokenParts.Tokens(new EphemeralDataProtectionProvider()).Unprotect(_id, token));
        Assert.Null(tokens.Unprotect(StashId.New(), token));
    }

    private BrowserEngine Engine(IDataProtectionProvider? keys = null, StashTokenProtection protection = StashTokenProtection.Encrypt) =>
        TokenParts.Browser(_vault, TokenParts.Tokens(keys ?? _keys, protection), _time, _logs);

    private static StashWrite Write(string value, long version = 0, long epoch = 1) => new()
    {
        Epoch = epoch,
        BaseVersion = version,
        Replace = version == 0,
        Changed = [new("entry", Encoding.UTF8.GetBytes(value))],
        Terms = Terms,
    };

    private Task<StashResult> WriteAsync(BrowserEngine engine, string value, long version = 0, long epoch = 1) =>
        engine.WriteAsync(_id, Write(value, version, epoch)).AsTask();

    private static string Value(StashOpenResult opened) => Encoding.UTF8.GetString(Assert.Single(opened.Entries).Value.Span);

    private async Task<T> InTimeAsync<T>(Task<T> call)
    {
        if (!call.IsCompleted)
        {
            // What was not answered before may be a slow link: then longer, but never longer than this.
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        return await call.WaitAsync(Wait.Limit);
    }
}
