-- Quartz 4.7.3's own tables (its resource Quartz.Impl.AdoJobStore.Schema.create_postgres.sql), statement by statement.
-- No tenant_id: they hold clocks and opaque ids only, never a tenant's data (docs/decisions/0003-quartz-is-the-clock.md).
CREATE SCHEMA quartz;
GRANT USAGE ON SCHEMA quartz TO dc_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA quartz TO dc_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA quartz TO dc_app;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (8, 'quartz', '0.1.0');
