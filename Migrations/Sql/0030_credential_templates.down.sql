-- Devices that used a template keep what is not secret of it, and need credentials of their own.
UPDATE device_endpoints e SET settings = e.settings || t.settings
    FROM credential_templates t WHERE t.tenant_id = e.tenant_id AND t.id = e.template_id;
DROP INDEX device_endpoints_by_template;
ALTER TABLE device_endpoints DROP CONSTRAINT device_endpoints_template;
ALTER TABLE device_endpoints DROP COLUMN template_id;
DROP TABLE credential_templates;
DELETE FROM sys.schema_versions WHERE version = 30;
