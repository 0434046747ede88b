namespace LiveStash.Orleans.Server.Expiry;

/// <summary>One sheet of a ledger.</summary>
/// <param name="id">Random, so that the number of a deleted sheet never comes again.</param>
/// <param name="row">Where it is stored.</param>
internal sealed class Sheet(string id, LedgerRow<SheetState> row)
{
    /// <summary>How many stashes a sheet lists: an append writes them all, some 6 KB.</summary>
    public const int Capacity = 128;

    /// <summary>How late a row may be deleted at most; an eighth of the time left where that is less. It lets several keys of a sheet be asked at once.</summary>
    private static readonly TimeSpan MaxLateness = TimeSpan.FromMinutes(15);

    public string Id => id;

    public LedgerRow<SheetState> Row => row;

    /// <summary>When to look at it.</summary>
    public DateTimeOffset Due { get; set; }

    /// <summary>What it lists; <see langword="null"/> while only storage has that.</summary>
    public List<Listing>? Listings { get; set; }

    /// <summary>Whether it was looked for and there was no row.</summary>
    public bool WasAbsent { get; set; }

    public bool HasRoom => Listings is { Count: < Capacity };

    public bool HasDue(DateTimeOffset now) => Listings!.Exists(listing => listing.Due <= now);

    /// <summary>Leaves the content to storage until it is time to look at it.</summary>
    public void Close(DateTimeOffset now)
    {
        Due = Listings!.Min(listing => listing.Due + Shorter((listing.Due - now) / 8, MaxLateness));
        Listings = null;
    }

    public async Task<bool> ReadAsync()
    {
        if (await row.ReadAsync() is not { } state)
        {
            return false;
        }

        Listings = [.. state.Keys.Zip(state.Due, static (key, due) => new Listing(key, new(due, TimeSpan.Zero)))];
        return true;
    }

    public Task WriteAsync() => row.WriteAsync(new()
    {
        Keys = [.. Listings!.Select(static listing => listing.Key)],
        Due = [.. Listings!.Select(static listing => listing.Due.UtcTicks)],
    });

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
