DROP TABLE mib_uploads, mib_modules, mib_files;
DELETE FROM sys.schema_versions WHERE version = 12;
