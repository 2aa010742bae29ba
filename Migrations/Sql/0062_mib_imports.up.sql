-- Uploads of MIBs that a worker compiles beside everything else: received in pieces, unpacked into files, compiled in batches.
ALTER TABLE mib_uploads
    -- receiving: its bytes are on their way; those that older nodes and single requests write are done, or refused, at once
    ADD COLUMN state text NOT NULL DEFAULT 'done' CHECK (state IN ('receiving', 'queued', 'running', 'done', 'refused', 'cancelled', 'failed')),
    -- After a crash it goes on with the step that it stood in
    ADD COLUMN step text NOT NULL DEFAULT 'unpacking' CHECK (step IN ('unpacking', 'planning', 'compiling')),
    -- The first of the files that were sent
    ADD COLUMN names text[] NOT NULL DEFAULT '{}',
    -- Bytes as they were sent
    ADD COLUMN size bigint NOT NULL DEFAULT 0,
    -- Files that are compiled, of files and of those that are compiled again; and how many of them gave no module
    ADD COLUMN done integer NOT NULL DEFAULT 0,
    ADD COLUMN without_module integer NOT NULL DEFAULT 0,
    ADD COLUMN cancel_asked text,
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN worker uuid,
    ADD COLUMN lease_until timestamptz,
    ADD COLUMN finished_at timestamptz;
CREATE POLICY system ON mib_uploads TO dc_system USING (true) WITH CHECK (true);
CREATE INDEX mib_uploads_open ON mib_uploads (at) WHERE state IN ('receiving', 'queued', 'running');
GRANT UPDATE ON mib_uploads, mib_files TO dc_app;
GRANT SELECT, UPDATE, DELETE ON mib_uploads TO dc_system;

-- What was sent, in pieces of 256 KiB, until it is unpacked.
CREATE TABLE mib_upload_pieces (
    tenant_id uuid NOT NULL,
    upload_id uuid NOT NULL,
    -- The file, from 0 on, its name, and the piece of it
    part      integer NOT NULL CHECK (part >= 0),
    no        integer NOT NULL CHECK (no >= 0),
    name      text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    data      bytea NOT NULL CHECK (length(data) <= 262144),
    PRIMARY KEY (tenant_id, upload_id, part, no),
    FOREIGN KEY (tenant_id, upload_id) REFERENCES mib_uploads (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE mib_upload_pieces ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE mib_upload_pieces ENABLE ROW LEVEL SECURITY;
ALTER TABLE mib_upload_pieces FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON mib_upload_pieces USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON mib_upload_pieces TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON mib_upload_pieces TO dc_app;

-- The files in it, each once, and files of the library that are compiled again because of them; and what came of each.
CREATE TABLE mib_upload_files (
    tenant_id uuid NOT NULL,
    upload_id uuid NOT NULL,
    no        integer NOT NULL CHECK (no >= 0),
    name      text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    size      integer NOT NULL CHECK (size >= 0),
    hash      bytea NOT NULL CHECK (length(hash) = 32),
    -- True for a file of the library that is compiled again
    again     boolean NOT NULL,
    -- Compressed; null once it is compiled, and for a file of the library
    source    bytea,
    -- [{"name": module, "imports": [], "lastUpdated": "yyyyMMddHHmm"}], until it is compiled
    headers   jsonb,
    state     text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done')),
    -- The file of the library; null where no module came of it
    file_id   uuid,
    -- As in mib_uploads.contents
    modules   jsonb NOT NULL DEFAULT '[]',
    -- Why there is no module in it
    message   text,
    errors    integer NOT NULL DEFAULT 0,
    warnings  integer NOT NULL DEFAULT 0,
    -- Modules that were not there when it was compiled
    missing   integer NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, upload_id, no),
    UNIQUE (tenant_id, upload_id, hash),
    FOREIGN KEY (tenant_id, upload_id) REFERENCES mib_uploads (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE mib_upload_files ALTER COLUMN source SET STORAGE EXTERNAL;
ALTER TABLE mib_upload_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE mib_upload_files FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON mib_upload_files USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                   WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON mib_upload_files TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON mib_upload_files TO dc_app;

SET LOCAL ROLE dc_system;
-- The next upload to compile, of any tenant: waiting, or left by a node that is gone. One at a time a tenant. Those whose bytes stopped coming an hour ago go.
CREATE FUNCTION sys.claim_mib_upload(claimer uuid, lease interval) RETURNS TABLE (tenant_id uuid, upload_id uuid, uploaded_by text, step text, attempts integer)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM public.mib_uploads u WHERE u.state = 'receiving' AND u.at < now() - interval '1 hour';
    WITH due AS MATERIALIZED (
        SELECT u.tenant_id, u.id FROM public.mib_uploads u JOIN public.tenants t ON t.id = u.tenant_id AND t.status = 'active'
        WHERE (u.state = 'queued' OR u.state = 'running' AND u.lease_until < now())
          AND NOT EXISTS (SELECT FROM public.mib_uploads r WHERE r.tenant_id = u.tenant_id AND r.state = 'running' AND r.lease_until >= now())
        ORDER BY u.at LIMIT 1 FOR UPDATE OF u SKIP LOCKED)
    UPDATE public.mib_uploads u SET state = 'running', worker = claimer, lease_until = now() + lease, attempts = u.attempts + 1
    FROM due WHERE u.tenant_id = due.tenant_id AND u.id = due.id RETURNING u.tenant_id, u.id, u.uploaded_by, u.step, u.attempts $$;
REVOKE ALL ON FUNCTION sys.claim_mib_upload FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.claim_mib_upload TO dc_app;
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (62, 'mib_imports', '0.1.0');
