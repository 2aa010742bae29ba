SET LOCAL ROLE dc_system;
DROP FUNCTION sys.drop_partitions, sys.ensure_partitions, sys.platform_update_tenant, sys.platform_create_tenant,
    sys.platform_tenants, sys.tenant_by_slug, sys.is_platform;
RESET ROLE;
DROP TABLE tenants;
DROP FUNCTION sys.current_tenant;
DROP TABLE sys.schema_versions;
REVOKE ALL ON SCHEMA part, sys FROM dc_system;
DROP SCHEMA part, sys;
REVOKE ALL ON SCHEMA public FROM dc_app, dc_system;
