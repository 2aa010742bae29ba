DELETE FROM sys.schema_versions WHERE version = 67;
ALTER TABLE device_endpoints DROP COLUMN identity_end;
