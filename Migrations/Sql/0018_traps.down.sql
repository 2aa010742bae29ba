DROP FUNCTION sys.endpoints_at(text, text[]);
DROP INDEX device_endpoints_by_host;
REVOKE SELECT (settings) ON device_endpoints FROM dc_system;
DROP TABLE notification_engines;
DELETE FROM sys.schema_versions WHERE version = 18;
