-- Credentials that many devices share: entered once, in force for all of them. Sealed like a device's own (AES-256-GCM under the master key),
-- bound to tenant and template.
CREATE TABLE credential_templates (
    tenant_id     uuid NOT NULL REFERENCES tenants (id),
    id            uuid NOT NULL,
    protocol      text NOT NULL CHECK (protocol ~ '^[a-z][a-z0-9-]{0,31}$'),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    -- What belongs to the credentials without being secret: version, user, algorithms.
    settings      jsonb NOT NULL DEFAULT '{}',
    secrets       bytea,
    secret_fields text[] NOT NULL DEFAULT '{}',
    created_by    text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    -- A device's endpoint refers to a template of its own protocol only.
    CONSTRAINT credential_templates_protocol UNIQUE (tenant_id, id, protocol)
);
CREATE UNIQUE INDEX credential_templates_name ON credential_templates (tenant_id, protocol, lower(name));
ALTER TABLE credential_templates ENABLE ROW LEVEL SECURITY;
ALTER TABLE credential_templates FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON credential_templates USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                      WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON credential_templates TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON credential_templates TO dc_app;

ALTER TABLE device_endpoints ADD COLUMN template_id uuid;
ALTER TABLE device_endpoints ADD CONSTRAINT device_endpoints_template
    FOREIGN KEY (tenant_id, template_id, protocol) REFERENCES credential_templates (tenant_id, id, protocol);
CREATE INDEX device_endpoints_by_template ON device_endpoints (tenant_id, template_id) WHERE template_id IS NOT NULL;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (30, 'credential templates', '0.1.0');
