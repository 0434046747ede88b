-- Orleans' ADO.NET providers know one table by name: this one. All else they do through the statements in it, by key.
CREATE TABLE IF NOT EXISTS orleansquery (
    querykey  text NOT NULL,
    querytext text NOT NULL,
    CONSTRAINT orleansquery_key PRIMARY KEY (querykey)
);
