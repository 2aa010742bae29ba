DROP TRIGGER template_changed ON credential_templates;
DROP TRIGGER endpoints_gone ON device_endpoints;
DROP TRIGGER endpoint_changed ON device_endpoints;
DROP FUNCTION sys.tell_template_changed, sys.tell_endpoints_gone, sys.tell_endpoint_changed;
REVOKE EXECUTE ON FUNCTION sys.notify_change FROM dc_system;
DELETE FROM sys.schema_versions WHERE version = 45;
