DELETE FROM sys.schema_versions WHERE version = 63;
DROP TRIGGER left_accounts ON device_endpoints;
SET LOCAL ROLE dc_system;
DROP FUNCTION sys.platform_save_secret, sys.platform_delete_secret, sys.note_left_accounts, sys.claim_left_accounts, sys.drop_left_account;
RESET ROLE;
DROP TABLE sys.left_accounts, platform_secrets;
