-- Reminders. Each silo reads those whose hash is in its range of the ring.
CREATE TABLE IF NOT EXISTS orleansreminderstable (
    serviceid    text        NOT NULL,
    grainid      text        NOT NULL,
    remindername text        NOT NULL,
    starttime    timestamptz NOT NULL,
    period       bigint      NOT NULL,
    grainhash    integer     NOT NULL,
    version      integer     NOT NULL,
    CONSTRAINT pk_reminderstable_serviceid_grainid_remindername PRIMARY KEY (serviceid, grainid, remindername)
);

-- IF NOT EXISTS would wait for all who have written the table, and hold up who writes next, also where the index is there.
DO $$
BEGIN
    IF to_regclass(quote_ident(current_schema()) || '.ix_orleansreminderstable_hash') IS NULL THEN
        CREATE INDEX ix_orleansreminderstable_hash ON orleansreminderstable (serviceid, grainhash);
    END IF;
END
$$;

INSERT INTO orleansquery (querykey, querytext) VALUES

-- The new version.
('UpsertReminderRowKey', $query$
    INSERT INTO orleansreminderstable AS reminder (serviceid, grainid, remindername, starttime, period, grainhash, version)
    VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
    ON CONFLICT (serviceid, grainid, remindername) DO UPDATE
    SET starttime = excluded.starttime, period = excluded.period, grainhash = excluded.grainhash, version = reminder.version + 1
    RETURNING reminder.version AS Version
$query$),

('ReadReminderRowKey', $query$
    SELECT grainid AS GrainId, remindername AS ReminderName, starttime AS StartTime, period AS Period, version AS Version
    FROM orleansreminderstable
    WHERE serviceid = @ServiceId AND grainid = @GrainId AND remindername = @ReminderName
$query$),

('ReadReminderRowsKey', $query$
    SELECT grainid AS GrainId, remindername AS ReminderName, starttime AS StartTime, period AS Period, version AS Version
    FROM orleansreminderstable
    WHERE serviceid = @ServiceId AND grainid = @GrainId
$query$),

-- A range within the ring: above its beginning, up to and with its end.
('ReadRangeRows1Key', $query$
    SELECT grainid AS GrainId, remindername AS ReminderName, starttime AS StartTime, period AS Period, version AS Version
    FROM orleansreminderstable
    WHERE serviceid = @ServiceId AND grainhash > @BeginHash AND grainhash <= @EndHash
$query$),

-- A range that goes over the ring's end.
('ReadRangeRows2Key', $query$
    SELECT grainid AS GrainId, remindername AS ReminderName, starttime AS StartTime, period AS Period, version AS Version
    FROM orleansreminderstable
    WHERE serviceid = @ServiceId AND (grainhash > @BeginHash OR grainhash <= @EndHash)
$query$),

-- One row and one column: whether there was such a reminder at that version.
('DeleteReminderRowKey', $query$
    WITH gone AS (
        DELETE FROM orleansreminderstable
        WHERE serviceid = @ServiceId AND grainid = @GrainId AND remindername = @ReminderName AND version = @Version
        RETURNING version)
    SELECT EXISTS (SELECT FROM gone)
$query$),

('DeleteReminderRowsKey', $query$
    DELETE FROM orleansreminderstable WHERE serviceid = @ServiceId
$query$)

ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;
