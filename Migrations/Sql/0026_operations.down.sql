SET LOCAL ROLE dc_system;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM dc_migrator;
DO $$ DECLARE t regclass; BEGIN
    FOR t IN SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relowner = 'dc_system'::regrole LOOP
        EXECUTE format('REVOKE SELECT ON %s FROM dc_migrator', t);
    END LOOP;
END $$;
RESET ROLE;
DROP TABLE sys.environment;
DELETE FROM sys.schema_versions WHERE version = 26;
