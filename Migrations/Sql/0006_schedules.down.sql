SET LOCAL ROLE dc_system;
DROP FUNCTION sys.enabled_schedules, sys.delete_old_slots;
RESET ROLE;
DROP TABLE schedule_slots, schedules;
DELETE FROM sys.schema_versions WHERE version = 6;
