-- Files with MIB modules that a tenant has uploaded. The text is kept, compressed: when a module that one imports arrives, it is compiled again.
CREATE TABLE mib_files (
    tenant_id   uuid NOT NULL REFERENCES tenants (id),
    id          uuid NOT NULL,
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    -- SHA-256 of the bytes as they were uploaded
    hash        bytea NOT NULL CHECK (length(hash) = 32),
    size        integer NOT NULL CHECK (size >= 0),
    source      bytea NOT NULL,
    uploaded_by text NOT NULL,
    uploaded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, hash)
);
ALTER TABLE mib_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE mib_files FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON mib_files USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                            WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON mib_files TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON mib_files TO dc_app;

-- The modules of those files, compiled. A module is read as a whole and kept in memory, so it is one compressed document without
-- its texts, and its texts one beside it. Of several revisions of a name one is active.
CREATE TABLE mib_modules (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    file_id      uuid NOT NULL,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    language     text NOT NULL CHECK (language IN ('smi_v1', 'smi_v2')),
    -- LAST-UPDATED as yyyyMMddHHmm
    last_updated text CHECK (last_updated ~ '^[0-9]{12}$'),
    definitions  integer NOT NULL,
    types        integer NOT NULL,
    errors       integer NOT NULL,
    warnings     integer NOT NULL,
    imports      text[] NOT NULL,
    missing      text[] NOT NULL,
    -- [{"line": 1, "column": 1, "severity": "error", "message": …}], 200 at most
    diagnostics  jsonb NOT NULL,
    outline      bytea NOT NULL,
    texts        bytea NOT NULL,
    active       boolean NOT NULL,
    pinned       boolean NOT NULL DEFAULT false,
    compiled_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, file_id, name),
    FOREIGN KEY (tenant_id, file_id) REFERENCES mib_files (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE mib_modules ENABLE ROW LEVEL SECURITY;
ALTER TABLE mib_modules FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON mib_modules USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                              WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON mib_modules TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON mib_modules TO dc_app;
CREATE INDEX mib_modules_name ON mib_modules (tenant_id, name);

-- What each upload gave, files without a module among it.
CREATE TABLE mib_uploads (
    tenant_id   uuid NOT NULL REFERENCES tenants (id),
    id          uuid NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    uploaded_by text NOT NULL,
    files       integer NOT NULL,
    modules     integer NOT NULL,
    recompiled  integer NOT NULL,
    errors      integer NOT NULL,
    warnings    integer NOT NULL,
    -- Of files, not of modules; 200 at most
    diagnostics jsonb NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE mib_uploads ENABLE ROW LEVEL SECURITY;
ALTER TABLE mib_uploads FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON mib_uploads USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                              WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON mib_uploads TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON mib_uploads TO dc_app;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (12, 'mibs', '0.1.0');
