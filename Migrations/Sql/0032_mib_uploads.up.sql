-- What each upload held and what came of it, refused ones among them.
ALTER TABLE mib_uploads
    -- [{"name": file, "size": bytes, "modules": [{"name": …, "definitions": 1, "errors": 0, "warnings": 0, "missing": [], "change": "new"}], "message": …}], 500 files at most
    ADD COLUMN contents jsonb NOT NULL DEFAULT '[]',
    -- Modules that were there before and were compiled again because of it
    ADD COLUMN again text[] NOT NULL DEFAULT '{}',
    -- Why nothing of it was stored; null where it was
    ADD COLUMN refused text;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (32, 'mib_uploads', '0.1.0');
