DELETE FROM sys.schema_versions WHERE version = 32;
ALTER TABLE mib_uploads DROP COLUMN refused, DROP COLUMN again, DROP COLUMN contents;
