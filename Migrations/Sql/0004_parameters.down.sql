DROP FUNCTION sys.store_parameters;
DROP TABLE parameters;
DROP TABLE parameter_paths;
DELETE FROM sys.schema_versions WHERE version = 4;
