using System.Text;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Records;
using Npgsql;

namespace LiveStash.Orleans.PostgreSql.Storage;

/// <summary>
/// What is said to PostgreSQL of stashes: one statement for a whole group. One, so that a process that freezes in the middle of
/// sending it holds no lock. Whatever in a group has another ETag than it should is left out, and not in the answer.
/// </summary>
internal static class StashStatements
{
    /// <summary>Below it is the durability, and 256 are a reminder of the stash's own, in rows of earlier versions.</summary>
    private const int ListedFlag = 512;
    private const int DurabilityMask = 255;

    /// <remarks>"IS TRUE" keeps PostgreSQL from joining in a loop of loops: it looks up the ETags that are done in a hash table.</remarks>
    private const string Write =
        """
        WITH given AS (
            SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::integer[], $9::bigint[])
                AS given (id, known, etag, epoch, version, ttl, expires_at, flags, deadline)),
        changed AS (
            UPDATE livestash_stashes AS stash
            SET etag = given.etag, epoch = given.epoch, version = given.version, ttl = given.ttl, expires_at = given.expires_at, flags = given.flags, deadline = given.deadline
            FROM given
            WHERE stash.id = given.id AND stash.etag = given.known
            RETURNING stash.etag),
        added AS (
            INSERT INTO livestash_stashes (id, etag, epoch, version, ttl, expires_at, flags, deadline)
            SELECT id, etag, epoch, version, ttl, expires_at, flags, deadline FROM given WHERE known = 0
            ON CONFLICT DO NOTHING
            RETURNING etag),
        done AS (SELECT etag FROM changed UNION ALL SELECT etag FROM added),
        written AS (
            INSERT INTO livestash_entries (id, name, value)
            SELECT id, name, value FROM unnest($10::uuid[], $11::bigint[], $12::bytea[], $13::bytea[]) AS entry (id, etag, name, value)
            WHERE (entry.etag IN (SELECT etag FROM done)) IS TRUE
            ON CONFLICT (id, name) DO UPDATE SET value = excluded.value),
        removed AS (
            DELETE FROM livestash_entries AS entry USING unnest($14::uuid[], $15::bigint[], $16::bytea[]) AS gone (id, etag, name)
            WHERE entry.id = gone.id AND entry.name = gone.name AND (gone.etag IN (SELECT etag FROM done)) IS TRUE)
        SELECT etag FROM done
        """;

    private const string Clear =
        """
        WITH given AS (SELECT * FROM unnest($1::uuid[], $2::bigint[]) AS given (id, etag)),
        done AS (
            DELETE FROM livestash_stashes AS stash USING given WHERE stash.id = given.id AND stash.etag = given.etag RETURNING stash.etag),
        removed AS (
            DELETE FROM livestash_entries AS entry USING given WHERE entry.id = given.id AND (given.etag IN (SELECT etag FROM done)) IS TRUE)
        SELECT etag FROM done
        """;

    private const string Read =
        """
        SELECT stash.id, stash.etag, stash.epoch, stash.version, stash.ttl, stash.expires_at, stash.flags, entry.name, entry.value, stash.deadline
        FROM unnest($1::uuid[]) AS given (id)
        JOIN livestash_stashes AS stash ON stash.id = given.id
        LEFT JOIN livestash_entries AS entry ON entry.id = given.id
        """;

    /// <summary>Whether each was written.</summary>
    public static async Task<bool[]> WriteAsync(NpgsqlDataSource source, IReadOnlyList<StashWriteOperation> writes, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Write);
        AddColumn(command, writes, static write => write.Id);
        AddColumn(command, writes, static write => write.Known);
        AddColumn(command, writes, static write => write.ETag);
        AddColumn(command, writes, static write => write.Stash.Image.Epoch);
        AddColumn(command, writes, static write => write.Stash.Image.Version);
        AddColumn(command, writes, static write => write.Stash.Image.TimeToLive.Ticks);
        AddColumn(command, writes, static write => write.Stash.Image.ExpiresAt.UtcTicks);
        AddColumn(command, writes, static write => (int)write.Stash.Durability + (write.Stash.IsListed ? ListedFlag : 0));
        AddColumn(command, writes, static write => write.Stash.Image.Deadline?.UtcTicks);

        (StashWriteOperation Write, StashEntry Entry)[] changed = [.. writes.SelectMany(static write => write.Changed.Select(entry => (write, entry)))];
        AddColumn(command, changed, static row => row.Write.Id);
        AddColumn(command, changed, static row => row.Write.ETag);
        AddColumn(command, changed, static row => Encoding.UTF8.GetBytes(row.Entry.Name));
        AddColumn(command, changed, static row => row.Entry.Value);

        (StashWriteOperation Write, string Name)[] removed = [.. writes.SelectMany(static write => write.Removed.Select(name => (write, name)))];
        AddColumn(command, removed, static row => row.Write.Id);
        AddColumn(command, removed, static row => row.Write.ETag);
        AddColumn(command, removed, static row => Encoding.UTF8.GetBytes(row.Name));

        var done = await ETagsAsync(command, cancellationToken).ConfigureAwait(false);
        return [.. writes.Select(write => done.Contains(write.ETag))];
    }

    /// <summary>Whether each was deleted.</summary>
    public static async Task<bool[]> ClearAsync(NpgsqlDataSource source, IReadOnlyList<(Guid Id, long ETag)> stashes, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Clear);
        AddColumn(command, stashes, static stash => stash.Id);
        AddColumn(command, stashes, static stash => stash.ETag);
        var done = await ETagsAsync(command, cancellationToken).ConfigureAwait(false);
        return [.. stashes.Select(stash => done.Contains(stash.ETag))];
    }

    /// <summary>What each row holds.</summary>
    public static async Task<(StoredStash? Stash, long ETag)[]> ReadAsync(NpgsqlDataSource source, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Read);
        AddColumn(command, [.. ids.Distinct()], static id => id);
        var found = new Dictionary<Guid, (StoredStash Stash, long ETag, List<StashEntry> Entries)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var id = reader.GetFieldValue<Guid>(0);
            if (!found.TryGetValue(id, out var row))
            {
                var flags = reader.GetInt32(6);
                var image = new StashImage(
                    reader.GetInt64(2), reader.GetInt64(3), new(reader.GetInt64(4)), new(reader.GetInt64(5), TimeSpan.Zero), [], 0)
                {
                    Deadline = reader.IsDBNull(9) ? null : new DateTimeOffset(reader.GetInt64(9), TimeSpan.Zero),
                };
                row = (new(image, (StashDurability)(flags & DurabilityMask), (flags & ListedFlag) != 0), reader.GetInt64(1), []);
                found.Add(id, row);
            }

            if (!reader.IsDBNull(7))
            {
                row.Entries.Add(new(Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(7)), reader.GetFieldValue<byte[]>(8)));
            }
        }

        return [.. ids.Select(id => found.TryGetValue(id, out var row) ? (WithEntries(row.Stash, row.Entries), row.ETag) : default((StoredStash?, long)))];
    }

    private static StoredStash WithEntries(StoredStash stash, List<StashEntry> entries)
    {
        // Not as the database sorts them: a record's entries are sorted by UTF-16.
        StashEntry[] sorted = [.. entries];
        Array.Sort(sorted, static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return stash with { Image = stash.Image with { Entries = sorted, Size = sorted.Sum(static entry => entry.Size) } };
    }

    private static void AddColumn<TRow, TValue>(NpgsqlCommand command, IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        var column = new TValue[rows.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(rows[i]);
        }

        command.Parameters.Add(new NpgsqlParameter<TValue[]> { TypedValue = column });
    }

    private static async Task<HashSet<long>> ETagsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var etags = new HashSet<long>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            etags.Add(reader.GetInt64(0));
        }

        return etags;
    }
}
