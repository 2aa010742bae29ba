-- For operating the database: what it is called, and that the migrator's checks may read every table.
-- One row at most: which environment this database belongs to ('production'). ./migrate.sh mark writes it; a command that names another one is refused.
CREATE TABLE sys.environment (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    name text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$')
);
GRANT SELECT ON sys.environment TO dc_app;

-- The migrator could become dc_system for this; deploy/verify.sh joins these tables with its own.
SET LOCAL ROLE dc_system;
DO $$ DECLARE t regclass; BEGIN
    FOR t IN SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relowner = 'dc_system'::regrole LOOP
        EXECUTE format('GRANT SELECT ON %s TO dc_migrator', t);
    END LOOP;
END $$;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO dc_migrator;
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (26, 'operations', '0.1.0');
