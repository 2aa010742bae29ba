DROP SCHEMA quartz CASCADE;
DELETE FROM sys.schema_versions WHERE version = 8;
