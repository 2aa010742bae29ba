SET LOCAL ROLE dc_system;
DROP FUNCTION sys.claim_scan;
DROP FUNCTION sys.endpoints_by_name;
RESET ROLE;
DROP TABLE discovery_findings;
DROP TABLE discovery_scan_templates;
DROP TABLE discovery_scans;
DELETE FROM sys.schema_versions WHERE version = 31;
