DROP TABLE data_models;
DELETE FROM sys.schema_versions WHERE version = 13;
