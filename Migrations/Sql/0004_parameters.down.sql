DROP FUNCTION sys.store_parameters;
DROP TABLE parameters;
DROP TABLE parameter_paths;
DROP FUNCTION sys.path_order;
DELETE FROM sys.schema_versions WHERE version = 4;
