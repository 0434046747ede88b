-- The membership of clusters. The version of a cluster's table is its clock: who changes a member moves it on from the
-- version that was read, in the same statement, or changes nothing. The row lock of that update puts writers in line.
CREATE TABLE IF NOT EXISTS orleansmembershipversiontable (
    deploymentid text        NOT NULL,
    timestamp    timestamptz NOT NULL DEFAULT now(),
    version      integer     NOT NULL DEFAULT 0,
    CONSTRAINT pk_orleansmembershipversiontable_deploymentid PRIMARY KEY (deploymentid)
);

CREATE TABLE IF NOT EXISTS orleansmembershiptable (
    deploymentid text        NOT NULL REFERENCES orleansmembershipversiontable (deploymentid),
    address      text        NOT NULL,
    port         integer     NOT NULL,
    generation   integer     NOT NULL,
    siloname     text        NOT NULL,
    hostname     text        NOT NULL,
    status       integer     NOT NULL,
    proxyport    integer,
    suspecttimes text,
    starttime    timestamptz NOT NULL,
    iamalivetime timestamptz NOT NULL,
    CONSTRAINT pk_membershiptable_deploymentid PRIMARY KEY (deploymentid, address, port, generation)
);

INSERT INTO orleansquery (querykey, querytext) VALUES

-- One row and one column: whether the cluster was not known before.
('InsertMembershipVersionKey', $query$
    WITH added AS (
        INSERT INTO orleansmembershipversiontable (deploymentid)
        VALUES (@DeploymentId)
        ON CONFLICT (deploymentid) DO NOTHING
        RETURNING version)
    SELECT EXISTS (SELECT FROM added)
$query$),

-- One row and one column: whether the member was added.
('InsertMembershipKey', $query$
    WITH moved AS (
        UPDATE orleansmembershipversiontable AS cluster
        SET version = cluster.version + 1, timestamp = now()
        WHERE cluster.deploymentid = @DeploymentId
            AND cluster.version = @Version
            AND NOT EXISTS (
                SELECT FROM orleansmembershiptable AS member
                WHERE member.deploymentid = @DeploymentId
                    AND member.address = @Address
                    AND member.port = @Port
                    AND member.generation = @Generation)
        RETURNING cluster.deploymentid),
    added AS (
        INSERT INTO orleansmembershiptable
            (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
        SELECT moved.deploymentid, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
        FROM moved
        RETURNING port)
    SELECT EXISTS (SELECT FROM added)
$query$),

-- One row and one column: whether the member was changed.
('UpdateMembershipKey', $query$
    WITH moved AS (
        UPDATE orleansmembershipversiontable AS cluster
        SET version = cluster.version + 1, timestamp = now()
        WHERE cluster.deploymentid = @DeploymentId
            AND cluster.version = @Version
            AND EXISTS (
                SELECT FROM orleansmembershiptable AS member
                WHERE member.deploymentid = @DeploymentId
                    AND member.address = @Address
                    AND member.port = @Port
                    AND member.generation = @Generation)
        RETURNING cluster.deploymentid),
    changed AS (
        UPDATE orleansmembershiptable AS member
        SET status = @Status, suspecttimes = @SuspectTimes, iamalivetime = @IAmAliveTime
        FROM moved
        WHERE member.deploymentid = moved.deploymentid
            AND member.address = @Address
            AND member.port = @Port
            AND member.generation = @Generation
        RETURNING member.port)
    SELECT EXISTS (SELECT FROM changed)
$query$),

-- A heartbeat: no news to the other members, so the version stays.
('UpdateIAmAlivetimeKey', $query$
    UPDATE orleansmembershiptable
    SET iamalivetime = @IAmAliveTime
    WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$query$),

-- Both reads give the cluster's version in every row, and one row with nothing else in it where there is no member.
('MembershipReadAllKey', $query$
    SELECT cluster.deploymentid AS DeploymentId, member.address AS Address, member.port AS Port, member.generation AS Generation,
        member.siloname AS SiloName, member.hostname AS HostName, member.status AS Status, member.proxyport AS ProxyPort,
        member.suspecttimes AS SuspectTimes, member.starttime AS StartTime, member.iamalivetime AS IAmAliveTime, cluster.version AS Version
    FROM orleansmembershipversiontable AS cluster
    LEFT JOIN orleansmembershiptable AS member USING (deploymentid)
    WHERE cluster.deploymentid = @DeploymentId
$query$),

('MembershipReadRowKey', $query$
    SELECT cluster.deploymentid AS DeploymentId, member.address AS Address, member.port AS Port, member.generation AS Generation,
        member.siloname AS SiloName, member.hostname AS HostName, member.status AS Status, member.proxyport AS ProxyPort,
        member.suspecttimes AS SuspectTimes, member.starttime AS StartTime, member.iamalivetime AS IAmAliveTime, cluster.version AS Version
    FROM orleansmembershipversiontable AS cluster
    LEFT JOIN orleansmembershiptable AS member
        ON member.deploymentid = cluster.deploymentid
            AND member.address = @Address AND member.port = @Port AND member.generation = @Generation
    WHERE cluster.deploymentid = @DeploymentId
$query$),

-- What clients connect to.
('GatewaysQueryKey', $query$
    SELECT address AS Address, proxyport AS ProxyPort, generation AS Generation
    FROM orleansmembershiptable
    WHERE deploymentid = @DeploymentId AND status = @Status AND proxyport > 0
$query$),

-- 3 is the status Active: a member in that state is never removed, however old its heartbeat.
('CleanupDefunctSiloEntriesKey', $query$
    DELETE FROM orleansmembershiptable
    WHERE deploymentid = @DeploymentId AND status <> 3 AND iamalivetime < @IAmAliveTime
$query$),

('DeleteMembershipTableEntriesKey', $query$
    DELETE FROM orleansmembershiptable WHERE deploymentid = @DeploymentId;
    DELETE FROM orleansmembershipversiontable WHERE deploymentid = @DeploymentId
$query$)

ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;
