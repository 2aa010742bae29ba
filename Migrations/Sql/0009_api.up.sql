-- Idempotency keys of the REST API: a key is bound to one request and to the id of what that request makes, before it is
-- made. A repeat finds the id, and the primary key of the thing itself lets it come into being once.
CREATE TABLE api_requests (
    tenant_id    uuid NOT NULL REFERENCES tenants (id),
    actor_id     uuid NOT NULL,
    key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    -- HMAC-SHA256 of the request under a key of the application's: it may hold secrets.
    request_hash bytea NOT NULL,
    resource_id  uuid NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, actor_id, key)
);
ALTER TABLE api_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_requests FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON api_requests USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON api_requests TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON api_requests TO dc_app;
CREATE INDEX api_requests_age ON api_requests (tenant_id, created_at);
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (9, 'api', '0.1.0');
