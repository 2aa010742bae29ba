DELETE FROM sys.schema_versions WHERE version = 14;
SET LOCAL ROLE dc_system;
DROP FUNCTION sys.platform_save_certificate, sys.platform_delete_certificate, sys.platform_save_tls_profile, sys.platform_delete_tls_profile,
    sys.platform_save_device_port, sys.platform_delete_device_port;
RESET ROLE;
DROP TABLE device_port_names, device_ports, tls_profiles, certificates;
