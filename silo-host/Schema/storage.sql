-- The state of grains. The provider splits a grain id into two numbers or one text, and adds hashes of id and type.
CREATE TABLE IF NOT EXISTS orleansstorage (
    grainidhash            integer     NOT NULL,
    grainidn0              bigint      NOT NULL,
    grainidn1              bigint      NOT NULL,
    graintypehash          integer     NOT NULL,
    graintypestring        text        NOT NULL,
    grainidextensionstring text,
    serviceid              text        NOT NULL,
    payloadbinary          bytea,
    modifiedon             timestamptz NOT NULL,
    version                integer
);

-- Unique, so that of two activations that both saw no row only one can write the first. IF NOT EXISTS would wait for all who have
-- written the table, and hold up who writes next, also where the index is there.
DO $$
BEGIN
    IF to_regclass(quote_ident(current_schema()) || '.ux_orleansstorage') IS NULL THEN
        CREATE UNIQUE INDEX ux_orleansstorage ON orleansstorage
            (grainidhash, graintypehash, grainidn0, grainidn1, graintypestring, serviceid, coalesce(grainidextensionstring, ''));
    END IF;
END
$$;

INSERT INTO orleansquery (querykey, querytext) VALUES

-- The new version, or no row: then the row is not, or no longer, at the version that the caller knows. A row's first version
-- is a random one: who knows a row that was deleted since must not take the one that was made anew for it.
('WriteToStorageKey', $query$
    WITH changed AS (
        UPDATE orleansstorage
        SET payloadbinary = @PayloadBinary, modifiedon = now(), version = version + 1
        WHERE grainidhash = @GrainIdHash AND graintypehash = @GrainTypeHash
            AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
            AND graintypestring = @GrainTypeString AND serviceid = @ServiceId
            AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '')
            AND version = @GrainStateVersion
        RETURNING version),
    added AS (
        INSERT INTO orleansstorage
            (grainidhash, grainidn0, grainidn1, graintypehash, graintypestring, grainidextensionstring, serviceid, payloadbinary, modifiedon, version)
        SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @PayloadBinary, now(), floor(random() * 1000000000)::integer
        WHERE @GrainStateVersion IS NULL
        ON CONFLICT DO NOTHING
        RETURNING version)
    SELECT version AS NewGrainStateVersion FROM changed
    UNION ALL
    SELECT version FROM added
$query$),

('ReadFromStorageKey', $query$
    SELECT payloadbinary AS PayloadBinary, version AS Version
    FROM orleansstorage
    WHERE grainidhash = @GrainIdHash AND graintypehash = @GrainTypeHash
        AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
        AND graintypestring = @GrainTypeString AND serviceid = @ServiceId
        AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '')
$query$),

-- Without DeleteStateOnClear: an empty row stays.
('ClearStorageKey', $query$
    UPDATE orleansstorage
    SET payloadbinary = NULL, modifiedon = now(), version = version + 1
    WHERE grainidhash = @GrainIdHash AND graintypehash = @GrainTypeHash
        AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
        AND graintypestring = @GrainTypeString AND serviceid = @ServiceId
        AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '')
        AND version = @GrainStateVersion
    RETURNING version AS NewGrainStateVersion
$query$),

-- With DeleteStateOnClear. The provider takes a version that differs from its own for success.
('DeleteStorageKey', $query$
    DELETE FROM orleansstorage
    WHERE grainidhash = @GrainIdHash AND graintypehash = @GrainTypeHash
        AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
        AND graintypestring = @GrainTypeString AND serviceid = @ServiceId
        AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '')
        AND version = @GrainStateVersion
    RETURNING version + 1 AS NewGrainStateVersion
$query$)

ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;
