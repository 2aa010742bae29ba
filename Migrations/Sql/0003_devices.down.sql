DROP TABLE device_endpoints;
DROP TABLE devices;
DELETE FROM sys.schema_versions WHERE version = 3;
