SET LOCAL ROLE dc_system;
DROP TABLE device_events;
DROP TABLE audit;
RESET ROLE;
DELETE FROM sys.schema_versions WHERE version = 7;
