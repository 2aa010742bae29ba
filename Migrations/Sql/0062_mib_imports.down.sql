DELETE FROM sys.schema_versions WHERE version = 62;
SET LOCAL ROLE dc_system;
DROP FUNCTION sys.claim_mib_upload;
RESET ROLE;
DROP TABLE mib_upload_files, mib_upload_pieces;
-- An upload under way has nothing left to go on with.
DELETE FROM mib_uploads WHERE state IN ('receiving', 'queued', 'running');
DROP INDEX mib_uploads_open;
DROP POLICY system ON mib_uploads;
REVOKE SELECT, UPDATE, DELETE ON mib_uploads FROM dc_system;
REVOKE UPDATE ON mib_uploads, mib_files FROM dc_app;
ALTER TABLE mib_uploads DROP COLUMN finished_at, DROP COLUMN lease_until, DROP COLUMN worker, DROP COLUMN attempts, DROP COLUMN cancel_asked, DROP COLUMN without_module, DROP COLUMN done,
    DROP COLUMN size, DROP COLUMN names, DROP COLUMN step, DROP COLUMN state;
