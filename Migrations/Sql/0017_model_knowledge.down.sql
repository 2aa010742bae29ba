DROP TABLE task_quarantine;
DROP TABLE model_quirks;
DELETE FROM sys.schema_versions WHERE version = 17;
