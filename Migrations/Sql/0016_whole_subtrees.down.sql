DROP FUNCTION sys.sweep_parameters;
DELETE FROM sys.schema_versions WHERE version = 16;
