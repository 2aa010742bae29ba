DROP TABLE device_reachability;
DELETE FROM sys.schema_versions WHERE version = 29;
