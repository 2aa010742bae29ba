-- A tenant's end: suspended, then 'deleting', then its rows go in bounded steps, then its own row.
-- Expand only: an application of the version before goes on; it shows a tenant that is being deleted as suspended.
ALTER TABLE tenants DROP CONSTRAINT tenants_status_check;
ALTER TABLE tenants ADD CONSTRAINT tenants_status_check CHECK (status IN ('active', 'suspended', 'deleting'));
GRANT DELETE ON tenants TO dc_system;

-- Rows go from every table that has a tenant_id, those of later migrations included: they get these rights as they are made.
-- Row-level security still holds dc_system to the one tenant that the deletion has set.
DO $$ DECLARE t regclass; BEGIN
    FOR t IN SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
             WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user) LOOP
        EXECUTE format('GRANT SELECT, DELETE ON %s TO dc_system', t);
    END LOOP;
END $$;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, DELETE ON TABLES TO dc_system;

-- Deletions under way. A row stays five minutes longer than its tenant: what a node wrote that had not heard of it yet goes too.
CREATE TABLE sys.tenant_deletions (
    id           uuid PRIMARY KEY,
    slug         text NOT NULL,
    name         text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    gone_at      timestamptz,
    deleted_rows bigint NOT NULL DEFAULT 0
);
GRANT SELECT, INSERT, UPDATE, DELETE ON sys.tenant_deletions TO dc_system;

SET LOCAL ROLE dc_system;
-- The tables with rows of tenants, in an order in which no row is deleted before those that refer to it.
CREATE FUNCTION sys.tenant_tables() RETURNS TABLE (place integer, relation regclass)
    LANGUAGE sql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE t AS (
        SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'),
    depth AS (
        SELECT t.oid, 0 AS place FROM t
        UNION
        SELECT k.confrelid, d.place + 1 FROM depth d JOIN pg_constraint k ON k.conrelid = d.oid AND k.contype = 'f' AND k.confrelid <> k.conrelid JOIN t ON t.oid = k.confrelid
        WHERE d.place < 40)
    SELECT max(d.place), d.oid::regclass FROM depth d GROUP BY d.oid ORDER BY 1, d.oid::regclass::text $$;

CREATE FUNCTION sys.platform_delete_tenant(wanted uuid, typed_slug text, actor text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found_slug text; found_name text; found_status text;
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may delete tenants'; END IF;
    IF wanted = '00000000-0000-0000-0000-000000000001' THEN RAISE check_violation USING MESSAGE = 'the platform tenant cannot be deleted'; END IF;
    SELECT t.slug, t.name, t.status INTO found_slug, found_name, found_status FROM public.tenants t WHERE t.id = wanted FOR UPDATE;
    IF NOT FOUND THEN RETURN false; END IF;
    IF typed_slug IS DISTINCT FROM found_slug THEN RAISE check_violation USING MESSAGE = 'the short name that was typed is not that of the tenant'; END IF;
    IF found_status = 'active' THEN RAISE check_violation USING MESSAGE = 'a tenant is suspended before it is deleted'; END IF;
    UPDATE public.tenants t SET status = 'deleting' WHERE t.id = wanted;
    INSERT INTO sys.tenant_deletions (id, slug, name, requested_by) VALUES (wanted, found_slug, found_name, actor) ON CONFLICT (id) DO NOTHING;
    RETURN true;
END $$;

-- A tenant whose deletion has begun is not changed any more, least of all resumed.
CREATE OR REPLACE FUNCTION sys.platform_update_tenant(wanted uuid, new_name text, new_status text, networks cidr[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may change tenants'; END IF;
    IF wanted = '00000000-0000-0000-0000-000000000001' AND new_status <> 'active' THEN
        RAISE check_violation USING MESSAGE = 'the platform tenant cannot be suspended';
    END IF;
    IF new_status NOT IN ('active', 'suspended') THEN RAISE check_violation USING MESSAGE = 'a tenant is active or suspended'; END IF;
    UPDATE public.tenants t SET name = new_name, status = new_status, allowed_networks = networks WHERE t.id = wanted AND t.status <> 'deleting';
    RETURN FOUND;
END $$;

CREATE FUNCTION sys.tenants_in_deletion() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT d.id FROM sys.tenant_deletions d ORDER BY d.requested_at $$;

-- One step of a deletion: n rows at a time, until the time is used up. Whoever calls it can only go on with what
-- platform_delete_tenant has begun. The tenant is the one set for the transaction, so that row-level security stands around the deletion too.
-- gone: the tenant's own row is deleted. finished: nothing came after it for five minutes, the deletion is forgotten.
CREATE FUNCTION sys.delete_tenant_rows(n integer, at_most interval) RETURNS TABLE (deleted bigint, gone boolean, finished boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    victim uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
    until timestamptz := clock_timestamp() + at_most; known sys.tenant_deletions; t record; parts oid[]; places tid[]; part oid; step bigint; total bigint := 0;
BEGIN
    SELECT * INTO known FROM sys.tenant_deletions d WHERE d.id = victim FOR UPDATE SKIP LOCKED;
    IF NOT FOUND OR n NOT BETWEEN 1 AND 10000 OR EXISTS (SELECT FROM public.tenants x WHERE x.id = victim AND x.status <> 'deleting') THEN RETURN QUERY SELECT 0::bigint, false, false; RETURN; END IF;
    FOR t IN SELECT s.relation FROM sys.tenant_tables() s ORDER BY s.place, s.relation::text LOOP
        LOOP
            EXECUTE format('SELECT array_agg(x.o), array_agg(x.c) FROM (SELECT tableoid AS o, ctid AS c FROM %s WHERE tenant_id = $1 LIMIT $2) x', t.relation)
                INTO parts, places USING victim, n;
            EXIT WHEN parts IS NULL;
            -- Through the parent: a partition that is addressed directly shows nothing.
            FOR part IN SELECT DISTINCT p FROM unnest(parts) p LOOP
                EXECUTE format('DELETE FROM %s WHERE ctid = ANY ($1) AND tableoid = $2 AND tenant_id = $3', t.relation) USING places, part, victim;
                GET DIAGNOSTICS step = ROW_COUNT;
                total := total + step;
            END LOOP;
            IF clock_timestamp() > until THEN
                UPDATE sys.tenant_deletions d SET deleted_rows = d.deleted_rows + total WHERE d.id = victim;
                RETURN QUERY SELECT total, known.gone_at IS NOT NULL, false;
                RETURN;
            END IF;
        END LOOP;
    END LOOP;
    IF known.gone_at IS NULL THEN
        DELETE FROM public.tenants x WHERE x.id = victim AND x.status = 'deleting';
        known.gone_at := clock_timestamp();
        INSERT INTO public.audit (tenant_id, id, actor_kind, actor_name, action, target_kind, target_id, summary, after)
            VALUES ('00000000-0000-0000-0000-000000000001', gen_random_uuid(), 'system', 'deletion', 'tenant.deleted', 'tenant', victim::text,
                    format('The tenant %s (%s) is deleted, as %s asked.', known.name, known.slug, known.requested_by), jsonb_build_object('rows', known.deleted_rows + total));
    END IF;
    UPDATE sys.tenant_deletions d SET deleted_rows = d.deleted_rows + total, gone_at = known.gone_at WHERE d.id = victim;
    DELETE FROM sys.tenant_deletions d WHERE d.id = victim AND total = 0 AND d.gone_at < clock_timestamp() - interval '5 minutes';
    RETURN QUERY SELECT total, true, FOUND;
END $$;

REVOKE ALL ON FUNCTION sys.tenant_tables, sys.platform_delete_tenant, sys.tenants_in_deletion, sys.delete_tenant_rows FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.tenant_tables, sys.platform_delete_tenant, sys.tenants_in_deletion, sys.delete_tenant_rows TO dc_app;
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (15, 'tenant deletion', '0.1.0');
