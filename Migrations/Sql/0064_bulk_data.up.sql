-- Bulk data: what devices post by themselves at intervals (TR-069 Annex N), where to, and what came of it.
CREATE TABLE bulk_profiles (
    tenant_id        uuid NOT NULL,
    id               uuid NOT NULL,
    device_id        uuid NOT NULL,
    protocol         text NOT NULL,
    name             text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    interval_s       integer NOT NULL CHECK (interval_s BETWEEN 1 AND 86400),
    encoding         text NOT NULL CHECK (encoding IN ('json-hierarchy', 'json-pairs', 'csv-rows', 'csv-columns')),
    separator        text NOT NULL DEFAULT ',' CHECK (length(separator) = 1),
    compress         boolean NOT NULL DEFAULT false,
    -- How many reports that could not be delivered the device keeps
    retained         integer NOT NULL DEFAULT 0 CHECK (retained BETWEEN 0 AND 100),
    -- [{"reference", "name", "graph"}]
    parameters       jsonb NOT NULL,
    -- The password that the device shows, sealed for this row
    secret           bytea NOT NULL,
    -- Where it stands on the device; null where it does not
    instance         text CHECK (length(instance) <= 1024),
    -- On its way from the device: nothing more is taken for it
    removing         boolean NOT NULL DEFAULT false,
    job_id           uuid,
    created_by       text NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    -- What came last
    reports          bigint NOT NULL DEFAULT 0,
    received_at      timestamptz,
    collected_at     timestamptz,
    last_values      integer NOT NULL DEFAULT 0,
    last_bad         integer NOT NULL DEFAULT 0,
    problem          text,
    problem_at       timestamptz,
    -- What the next rates are made from, and a mark that changes with each report
    state            jsonb,
    mark             uuid,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
) WITH (fillfactor = 70);
ALTER TABLE bulk_profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_profiles FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON bulk_profiles USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON bulk_profiles TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON bulk_profiles TO dc_app;
CREATE INDEX bulk_profiles_device ON bulk_profiles (tenant_id, device_id);

-- One row a parameter that is graphed. Its samples stand among those of polls, under the profile's id.
CREATE TABLE bulk_series (
    tenant_id  uuid NOT NULL,
    profile_id uuid NOT NULL,
    id         integer NOT NULL,
    device_id  uuid NOT NULL,
    path       text NOT NULL CHECK (length(path) <= 1024),
    object     text NOT NULL,
    label      text NOT NULL DEFAULT '',
    unit       text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, profile_id, id),
    FOREIGN KEY (tenant_id, profile_id) REFERENCES bulk_profiles (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE bulk_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_series FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON bulk_series USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON bulk_series TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON bulk_series TO dc_app;
CREATE INDEX bulk_series_device ON bulk_series (tenant_id, device_id);
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (64, 'bulk_data', '0.1.0');
