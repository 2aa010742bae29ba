-- Data models that a tenant has imported (Broadband Forum XML and vendors' extensions of it), several versions side by side.
-- The compiled model is one compressed document: it is read as a whole and kept in memory, addressed by its hash.
CREATE TABLE data_models (
    tenant_id    uuid NOT NULL REFERENCES tenants (id),
    id           uuid NOT NULL,
    -- Device:2.16
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    -- urn:broadband-forum-org:tr-181-2-16-0-usp; tells USP's variant of a model from CWMP's.
    spec         text NOT NULL CHECK (length(spec) <= 500),
    -- Device.
    root         text NOT NULL CHECK (length(root) BETWEEN 1 AND 200),
    file_name    text NOT NULL CHECK (length(file_name) <= 255),
    objects      integer NOT NULL,
    parameters   integer NOT NULL,
    commands     integer NOT NULL,
    events       integer NOT NULL,
    -- What was strange and did not stand in the way: [{"file": …, "line": …, "message": …}]
    remarks      jsonb NOT NULL DEFAULT '[]',
    content      bytea NOT NULL,
    content_hash bytea NOT NULL CHECK (length(content_hash) = 32),
    imported_by  text NOT NULL,
    imported_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name, spec)
);
ALTER TABLE data_models ENABLE ROW LEVEL SECURITY;
ALTER TABLE data_models FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON data_models USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                              WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON data_models TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON data_models TO dc_app;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (13, 'data models', '0.1.0');
