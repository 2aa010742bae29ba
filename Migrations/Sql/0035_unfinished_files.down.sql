SET LOCAL ROLE dc_system;
DROP FUNCTION sys.delete_unfinished_files;
RESET ROLE;
REVOKE DELETE ON files FROM dc_system;
DROP POLICY system ON files;
DELETE FROM sys.schema_versions WHERE version = 35;
