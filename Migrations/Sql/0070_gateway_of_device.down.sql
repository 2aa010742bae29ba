DELETE FROM sys.schema_versions WHERE version = 70;
DROP INDEX device_endpoints_by_gateway;
