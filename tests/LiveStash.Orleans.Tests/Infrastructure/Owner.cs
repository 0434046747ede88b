using System.Text;

namespace LiveStash.Orleans.Tests.Infrastructure;

/// <summary>One stash as its owner sees it, with one entry.</summary>
internal sealed class Owner(IStashEngine engine, StashTerms terms, StashId? id = null)
{
    // The version that a refusal has told: a replace on it settles that.
    private long _told;

    public StashId Id { get; } = id ?? StashId.New();

    public long Epoch { get; set; } = 1;

    public long Version { get; set; }

    /// <summary>Makes the stash, or settles it.</summary>
    public Task<StashResult> ReplaceAsync(string value) => SendAsync(value, replace: true);

    /// <summary>Writes a delta on the version that was acknowledged last.</summary>
    public Task<StashResult> WriteAsync(string value) => SendAsync(value, replace: false);

    public Task<StashResult> TouchAsync(StashTerms? other = null) => engine.TouchAsync(Id, Epoch, other ?? terms).AsTask();

    public Task<StashResult> ClearAsync() => engine.ClearAsync(Id, Epoch).AsTask();

    /// <summary>Recovers: another owner of the same stash.</summary>
    public async Task<Owner> OwnAsync(IStashEngine? by = null)
    {
        var opened = await (by ?? engine).OpenAsync(Id, StashOpenMode.Own, terms);
        Assert.Equal(StashOutcome.Ok, opened.Outcome);
        return new(by ?? engine, terms, Id) { Epoch = opened.Epoch, Version = opened.Version };
    }

    /// <summary>What is there: the value, or the outcome where there is none.</summary>
    public async Task<string> ReadAsync(IStashEngine? by = null)
    {
        var opened = await (by ?? engine).OpenAsync(Id, StashOpenMode.Read, terms);
        return opened.IsOk ? Encoding.UTF8.GetString(opened.Entries.Single().Value.Span) : opened.Outcome.ToString();
    }

    private async Task<StashResult> SendAsync(string value, bool replace)
    {
        var result = await engine.WriteAsync(Id, new()
        {
            Epoch = Epoch,
            BaseVersion = replace ? Math.Max(Version, _told) : Version,
            Replace = replace,
            Changed = [new("value", Encoding.UTF8.GetBytes(value))],
            Terms = terms,
        });
        if (result.IsOk)
        {
            Version = result.Version;
        }
        else if (result.Outcome == StashOutcome.VersionMismatch)
        {
            _told = result.Version;
        }

        return result;
    }
}
