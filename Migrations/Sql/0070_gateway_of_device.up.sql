-- What is behind a gateway: devices whose calls tell its identity.
CREATE INDEX device_endpoints_by_gateway ON device_endpoints (tenant_id, (settings ->> 'gateway')) WHERE settings ? 'gateway';
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (70, 'gateway_of_device', '0.1.0');
