DROP TABLE file_links, file_chunks, files;
DELETE FROM sys.schema_versions WHERE version = 28;
