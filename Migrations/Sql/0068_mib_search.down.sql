DELETE FROM sys.schema_versions WHERE version = 68;
SET LOCAL ROLE dc_system;
CREATE OR REPLACE FUNCTION sys.claim_mib_upload(claimer uuid, lease interval) RETURNS TABLE (tenant_id uuid, upload_id uuid, uploaded_by text, step text, attempts integer)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM public.mib_uploads u WHERE u.state = 'receiving' AND u.at < now() - interval '1 hour';
    WITH due AS MATERIALIZED (
        SELECT u.tenant_id, u.id FROM public.mib_uploads u JOIN public.tenants t ON t.id = u.tenant_id AND t.status = 'active'
        WHERE (u.state = 'queued' OR u.state = 'running' AND u.lease_until < now())
          AND NOT EXISTS (SELECT FROM public.mib_uploads r WHERE r.tenant_id = u.tenant_id AND r.state = 'running' AND r.lease_until >= now())
        ORDER BY u.at LIMIT 1 FOR UPDATE OF u SKIP LOCKED)
    UPDATE public.mib_uploads u SET state = 'running', worker = claimer, lease_until = now() + lease, attempts = u.attempts + 1
    FROM due WHERE u.tenant_id = due.tenant_id AND u.id = due.id RETURNING u.tenant_id, u.id, u.uploaded_by, u.step, u.attempts $$;
RESET ROLE;
DROP INDEX mib_uploads_running;
ALTER TABLE mib_modules ALTER COLUMN texts SET STORAGE EXTENDED;
ALTER TABLE mib_modules ALTER COLUMN outline SET STORAGE EXTENDED;
ALTER TABLE mib_modules DROP COLUMN signature;
