SET LOCAL ROLE dc_system;
DROP FUNCTION sys.find_devices;
RESET ROLE;
DROP FUNCTION sys.note_contacts;
DROP TABLE device_endpoints;
DROP TABLE device_contacts;
DROP TABLE devices;
DROP FUNCTION sys.add_device_contacts;
DELETE FROM sys.schema_versions WHERE version = 3;
