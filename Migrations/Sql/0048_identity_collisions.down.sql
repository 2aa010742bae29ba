DROP TABLE identity_collisions;
ALTER TABLE connections DROP COLUMN places;
DELETE FROM sys.schema_versions WHERE version = 48;
