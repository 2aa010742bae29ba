DROP TABLE api_requests;
DELETE FROM sys.schema_versions WHERE version = 9;
