-- The tables of LiveStash.Orleans.PostgreSql, in the first schema of the search path. Harmless to repeat.

-- A row for each stash, narrow: being kept alive and recovered change nothing else. Nothing that changes is in an index, and
-- each page has room for the next versions of its rows, so that a change writes the row alone to the log (a HOT update).
-- The id is a hash of service and grain: what is stored here is not enough to call the grain.
CREATE TABLE IF NOT EXISTS livestash_stashes (
    id         uuid    NOT NULL PRIMARY KEY,
    etag       bigint  NOT NULL, -- Another random number at each write.
    epoch      bigint  NOT NULL,
    version    bigint  NOT NULL,
    ttl        bigint  NOT NULL, -- Of 100 ns each.
    expires_at bigint  NOT NULL, -- The same, in UTC, since the year 1: exact, as timestamptz is not.
    flags      integer NOT NULL  -- The durability; 512 more where a ledger lists it; 256 were a reminder of its own.
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);

-- Where the stash was given a lifetime: its end, which expires_at never goes beyond. Rows of earlier versions have none.
ALTER TABLE livestash_stashes ADD COLUMN IF NOT EXISTS deadline bigint;

-- A row for each saved property. Names are bytes (UTF-8), compared as such. Values are not compressed: that would cost more
-- time than it saves for what changes every second.
CREATE TABLE IF NOT EXISTS livestash_entries (
    id    uuid  NOT NULL,
    name  bytea NOT NULL,
    value bytea NOT NULL,
    PRIMARY KEY (id, name)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE livestash_entries ALTER COLUMN value SET STORAGE EXTERNAL;

-- Whatever else LiveStash keeps in the grain storage of its name.
CREATE TABLE IF NOT EXISTS livestash_states (
    id    uuid   NOT NULL PRIMARY KEY,
    etag  bigint NOT NULL,
    value bytea  NOT NULL
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE livestash_states ALTER COLUMN value SET STORAGE EXTERNAL;
