-- What the descriptions of a module can contain: 32,768 bits, one for each three letters in a row. Null: not known, the module is looked into.
ALTER TABLE mib_modules ADD COLUMN signature bytea CHECK (length(signature) = 4096);
ALTER TABLE mib_modules ALTER COLUMN signature SET STORAGE EXTERNAL;
-- They are compressed before they come here.
ALTER TABLE mib_modules ALTER COLUMN outline SET STORAGE EXTERNAL;
ALTER TABLE mib_modules ALTER COLUMN texts SET STORAGE EXTERNAL;

-- One upload of a tenant is compiled at a time, also where two nodes ask in the same moment.
UPDATE mib_uploads u SET state = 'queued', worker = NULL, lease_until = NULL
WHERE u.state = 'running' AND EXISTS (SELECT FROM mib_uploads o WHERE o.tenant_id = u.tenant_id AND o.state = 'running' AND (o.lease_until, o.id) > (u.lease_until, u.id));
CREATE UNIQUE INDEX mib_uploads_running ON mib_uploads (tenant_id) WHERE state = 'running';

SET LOCAL ROLE dc_system;
-- The next upload to compile, of any tenant: one left by a node that is gone, or one that waits. Who asks in the same moment waits for the first to be done, and then
-- sees what it took. Those whose bytes stopped coming an hour ago go.
CREATE OR REPLACE FUNCTION sys.claim_mib_upload(claimer uuid, lease interval) RETURNS TABLE (tenant_id uuid, upload_id uuid, uploaded_by text, step text, attempts integer)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('claim of mib uploads', 0));
    DELETE FROM public.mib_uploads u WHERE u.state = 'receiving' AND u.at < now() - interval '1 hour';
    WITH due AS MATERIALIZED (
        SELECT u.tenant_id, u.id FROM public.mib_uploads u JOIN public.tenants t ON t.id = u.tenant_id AND t.status = 'active'
        WHERE u.state = 'running' AND u.lease_until < now()
           OR u.state = 'queued' AND NOT EXISTS (SELECT FROM public.mib_uploads r WHERE r.tenant_id = u.tenant_id AND r.state = 'running')
        ORDER BY u.at LIMIT 1 FOR UPDATE OF u SKIP LOCKED)
    UPDATE public.mib_uploads u SET state = 'running', worker = claimer, lease_until = now() + lease, attempts = u.attempts + 1
    FROM due WHERE u.tenant_id = due.tenant_id AND u.id = due.id RETURNING u.tenant_id, u.id, u.uploaded_by, u.step, u.attempts $$;
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (68, 'mib_search', '0.1.0');
