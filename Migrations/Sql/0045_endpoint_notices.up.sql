-- Nodes remember the endpoints of devices that call in: whoever changes one tells them, whatever statement does it. A statement that notes a contact names no
-- such column and fires nothing.
GRANT EXECUTE ON FUNCTION sys.notify_change TO dc_system;
CREATE FUNCTION sys.tell_endpoint_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM sys.notify_change('endpoints', OLD.tenant_id, ARRAY[OLD.device_id::text]);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION sys.tell_endpoint_changed FROM PUBLIC;
CREATE TRIGGER endpoint_changed AFTER UPDATE OF identity, settings, secrets, template_id, updated_at ON device_endpoints
    FOR EACH ROW EXECUTE FUNCTION sys.tell_endpoint_changed();
-- A whole tenant's devices go at once: one notice for all of them.
CREATE FUNCTION sys.tell_endpoints_gone() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM sys.notify_change('endpoints', g.tenant_id, array_agg(g.device_id::text)) FROM gone g GROUP BY g.tenant_id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION sys.tell_endpoints_gone FROM PUBLIC;
CREATE TRIGGER endpoints_gone AFTER DELETE ON device_endpoints REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION sys.tell_endpoints_gone();
-- Credentials that many devices share.
CREATE FUNCTION sys.tell_template_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM sys.notify_change('endpoints', OLD.tenant_id, ARRAY[]::text[]);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION sys.tell_template_changed FROM PUBLIC;
CREATE TRIGGER template_changed AFTER UPDATE OR DELETE ON credential_templates FOR EACH ROW EXECUTE FUNCTION sys.tell_template_changed();
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (45, 'endpoint_notices', '0.1.0');
