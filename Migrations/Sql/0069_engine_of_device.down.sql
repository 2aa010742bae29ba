DELETE FROM sys.schema_versions WHERE version = 69;
SET LOCAL ROLE dc_system;
DROP FUNCTION sys.endpoints_of_engine(text, text);
RESET ROLE;
DROP INDEX device_endpoints_by_engine;
