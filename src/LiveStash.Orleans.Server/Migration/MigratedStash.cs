using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Storage;
using Orleans;

namespace LiveStash.Orleans.Server.Migration;

/// <summary>What an activation hands to its successor on another silo.</summary>
[GenerateSerializer, Immutable, Alias("LiveStash.Migrated")]
internal sealed class MigratedStash
{
    /// <summary>The key in the migration context.</summary>
    public const string Key = "livestash";

    /// <summary>The content with its durability and whether it is listed.</summary>
    [Id(0)]
    public required StashState State { get; init; }

    /// <summary>How long the content had left: the other silo's clock may show another time. An earlier version does not say it.</summary>
    [Id(10)]
    public TimeSpan? Left { get; init; }

    /// <summary>Whether the activation knew the row: if so, with <see cref="ETag"/>.</summary>
    [Id(1)]
    public bool IsRowKnown { get; init; }

    [Id(2)]
    public string? ETag { get; init; }

    /// <summary>Whether there was a row with a stash in it. An earlier version does not say it.</summary>
    [Id(11)]
    public bool? HasRow { get; init; }

    /// <summary>Whether a clear was not answered: that the row is gone may be its doing.</summary>
    [Id(12)]
    public bool IsClearUnanswered { get; init; }

    /// <summary>Whether a first write was not answered, and may come yet: only a row that is there keeps it out.</summary>
    [Id(13)]
    public bool IsFirstWriteUnanswered { get; init; }

    /// <summary>
    /// How long what the row holds, or may hold, has left at the most, where that is not the content. Not positive where it does not
    /// outlive anything; an earlier version does not say it.
    /// </summary>
    [Id(14)]
    public TimeSpan RowLeft { get; init; }

    /// <summary>Whether the content has still to be brought to storage.</summary>
    [Id(3)]
    public bool IsDirty { get; init; }

    /// <summary>Whether storage was failing.</summary>
    [Id(4)]
    public bool IsStorageFailing { get; init; }

    /// <summary>The open that made the present owner, if the activation saw it.</summary>
    [Id(5)]
    public WireCall Opened { get; init; }

    /// <summary>The epoch that <see cref="Opened"/> gave.</summary>
    [Id(6)]
    public long OpenedEpoch { get; init; }

    /// <summary>The last change, if the activation saw it.</summary>
    [Id(7)]
    public WireCall Changed { get; init; }

    /// <summary>The epoch that <see cref="Changed"/> came with.</summary>
    [Id(8)]
    public long ChangedEpoch { get; init; }

    /// <summary>The answer to <see cref="Changed"/>.</summary>
    [Id(9)]
    public WireResult Result { get; init; }
}
