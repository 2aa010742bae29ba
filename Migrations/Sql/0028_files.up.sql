-- Files for devices and of devices. The bytes stand in the database, in pieces of 256 KiB: every node has them, row-level security
-- holds for them, and a backup holds them too.
CREATE TABLE files (
    tenant_id    uuid NOT NULL REFERENCES tenants (id),
    id           uuid NOT NULL,
    -- library: a person put it there; received: a device sent it
    origin       text NOT NULL CHECK (origin IN ('library', 'received')),
    -- receiving: its bytes are on their way, and nobody sees it yet
    state        text NOT NULL DEFAULT 'receiving' CHECK (state IN ('receiving', 'ready')),
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    -- As TR-069 has it: '1 Firmware Upgrade Image'
    file_type    text NOT NULL CHECK (length(file_type) BETWEEN 1 AND 64),
    version      text NOT NULL DEFAULT '' CHECK (length(version) <= 100),
    manufacturer text NOT NULL DEFAULT '' CHECK (length(manufacturer) <= 100),
    model        text NOT NULL DEFAULT '' CHECK (length(model) <= 100),
    note         text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
    size         bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
    -- SHA-256 of all bytes
    hash         bytea CHECK (length(hash) = 32),
    device_id    uuid,
    job_id       uuid,
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE,
    CHECK ((state = 'ready') = (hash IS NOT NULL)),
    CHECK ((origin = 'received') = (device_id IS NOT NULL))
);
ALTER TABLE files ENABLE ROW LEVEL SECURITY;
ALTER TABLE files FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON files USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                        WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON files TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON files TO dc_app;
CREATE INDEX files_device ON files (tenant_id, device_id, created_at DESC) WHERE device_id IS NOT NULL;

CREATE TABLE file_chunks (
    tenant_id uuid NOT NULL,
    file_id   uuid NOT NULL,
    -- From 0 on; every piece but the last is full
    no        integer NOT NULL CHECK (no >= 0),
    data      bytea NOT NULL CHECK (length(data) BETWEEN 1 AND 262144),
    PRIMARY KEY (tenant_id, file_id, no),
    FOREIGN KEY (tenant_id, file_id) REFERENCES files (tenant_id, id) ON DELETE CASCADE
);
-- Images and archives are compressed already.
ALTER TABLE file_chunks ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE file_chunks ENABLE ROW LEVEL SECURITY;
ALTER TABLE file_chunks FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON file_chunks USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                              WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON file_chunks TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON file_chunks TO dc_app;

-- Links that a device gets for one transfer. The token itself is in the link alone.
CREATE TABLE file_links (
    tenant_id  uuid NOT NULL,
    id         uuid NOT NULL,
    token_hash bytea NOT NULL CHECK (length(token_hash) = 32),
    device_id  uuid NOT NULL,
    job_id     uuid NOT NULL,
    direction  text NOT NULL CHECK (direction IN ('download', 'upload')),
    -- The file to fetch; null for a place to put one
    file_id    uuid,
    file_type  text NOT NULL CHECK (length(file_type) BETWEEN 1 AND 64),
    made_at    timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    requests   integer NOT NULL DEFAULT 0,
    -- Bytes delivered so far
    delivered  bigint NOT NULL DEFAULT 0,
    -- Set when its file was fetched to the end, or came in
    used_at    timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, token_hash),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, file_id) REFERENCES files (tenant_id, id) ON DELETE CASCADE,
    CHECK ((direction = 'download') = (file_id IS NOT NULL))
);
ALTER TABLE file_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE file_links FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON file_links USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                             WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON file_links TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON file_links TO dc_app;
CREATE INDEX file_links_expiry ON file_links (tenant_id, expires_at);
CREATE INDEX file_links_file ON file_links (tenant_id, file_id) WHERE file_id IS NOT NULL;
CREATE INDEX file_links_device ON file_links (tenant_id, device_id);
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (28, 'files', '0.1.0');
