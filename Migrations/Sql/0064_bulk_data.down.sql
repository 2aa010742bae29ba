DROP TABLE bulk_series;
DROP TABLE bulk_profiles;
DELETE FROM sys.schema_versions WHERE version = 64;
