-- What is known of a model of devices, by manufacturer, model (product class) and firmware: how it wants to be talked to, and what it does not stand.

-- How a model wants to be talked to. 'learnt' the product writes, 'entered' people do and it wins; firmware '*' stands for every one without a row of its own.
CREATE TABLE model_quirks (
    tenant_id    uuid NOT NULL REFERENCES tenants (id),
    protocol     text NOT NULL CHECK (protocol ~ '^[a-z][a-z0-9-]{0,31}$'),
    manufacturer text NOT NULL CHECK (length(manufacturer) <= 200),
    model        text NOT NULL CHECK (length(model) BETWEEN 1 AND 200),
    firmware     text NOT NULL CHECK (length(firmware) BETWEEN 1 AND 200),
    entered      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(entered) = 'object'),
    learnt       jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(learnt) = 'object'),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    updated_by   text NOT NULL,
    PRIMARY KEY (tenant_id, protocol, manufacturer, model, firmware)
);
ALTER TABLE model_quirks ENABLE ROW LEVEL SECURITY;
ALTER TABLE model_quirks FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON model_quirks USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON model_quirks TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON model_quirks TO dc_app;

-- Tasks during which devices of a model vanished. One that did so too often has a time in stopped_at, and is not asked of that model any more until somebody releases it.
CREATE TABLE task_quarantine (
    tenant_id    uuid NOT NULL REFERENCES tenants (id),
    id           uuid NOT NULL,
    protocol     text NOT NULL,
    manufacturer text NOT NULL,
    model        text NOT NULL CHECK (length(model) BETWEEN 1 AND 200),
    firmware     text NOT NULL,
    operation    text NOT NULL,
    -- SHA-256 of the arguments' canonical text.
    arguments    bytea NOT NULL CHECK (length(arguments) = 32),
    description  text NOT NULL CHECK (length(description) <= 500),
    strikes      integer NOT NULL DEFAULT 1,
    last_device  uuid,
    last_reason  text,
    first_at     timestamptz NOT NULL DEFAULT now(),
    last_at      timestamptz NOT NULL DEFAULT now(),
    stopped_at   timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, protocol, manufacturer, model, firmware, operation, arguments),
    FOREIGN KEY (tenant_id, last_device) REFERENCES devices (tenant_id, id) ON DELETE SET NULL (last_device)
);
ALTER TABLE task_quarantine ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_quarantine FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON task_quarantine USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON task_quarantine TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON task_quarantine TO dc_app;
-- What a claim asks: is anything of this operation stopped at all?
CREATE INDEX task_quarantine_stopped ON task_quarantine (tenant_id, protocol, operation) WHERE stopped_at IS NOT NULL;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (17, 'model_knowledge', '0.1.0');
