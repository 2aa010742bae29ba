-- Schemas, tenants and what every later migration stands on.
-- The roles come from deploy/sql/roles.sql, which a DBA runs once.
CREATE SCHEMA sys;
CREATE SCHEMA part;
GRANT USAGE ON SCHEMA sys TO dc_app;
GRANT USAGE ON SCHEMA sys TO dc_system;
-- dc_system owns the partitioned tables: only an owner may add and drop partitions.
GRANT USAGE, CREATE ON SCHEMA public TO dc_system;
-- Partitions live in a schema of their own that the application cannot even name things in.
GRANT USAGE, CREATE ON SCHEMA part TO dc_system;
GRANT CREATE ON SCHEMA sys TO dc_system;
GRANT USAGE ON SCHEMA public TO dc_app;

-- One row a schema version: the application starts on a schema only when its own version is not below min_app.
CREATE TABLE sys.schema_versions (
    version    integer PRIMARY KEY,
    name       text NOT NULL,
    min_app    text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON sys.schema_versions TO dc_app;

-- The caller's tenant, as the application set it for this transaction; null when it is not set.
CREATE FUNCTION sys.current_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::uuid $$;

CREATE TABLE tenants (
    id               uuid PRIMARY KEY,
    slug             text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name             text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    status           text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    -- Networks beside the public ones that the product may dial on this tenant's behalf.
    allowed_networks cidr[] NOT NULL DEFAULT '{}',
    created_at       timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tenants USING (id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                           WITH CHECK (id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON tenants TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON tenants TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT ON tenants TO dc_app;
GRANT SELECT, INSERT, UPDATE (name, status, allowed_networks) ON tenants TO dc_system;

-- The reserved tenant of the platform administrators.
INSERT INTO tenants (id, slug, name) VALUES ('00000000-0000-0000-0000-000000000001', 'platform', 'Platform');

SET LOCAL ROLE dc_system;

CREATE FUNCTION sys.is_platform() RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::uuid = '00000000-0000-0000-0000-000000000001'::uuid $$;

-- Log-in pages, token requests and device listeners know a slug before they know a tenant.
CREATE FUNCTION sys.tenant_by_slug(wanted text) RETURNS TABLE (id uuid, name text, status text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT t.id, t.name, t.status FROM public.tenants t WHERE t.slug = wanted $$;

-- Platform administration: every function of this group checks that the caller works as the platform's own tenant.
CREATE FUNCTION sys.platform_tenants() RETURNS TABLE (id uuid, slug text, name text, status text, allowed_networks cidr[], created_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may list tenants'; END IF;
    RETURN QUERY SELECT t.id, t.slug, t.name, t.status, t.allowed_networks, t.created_at FROM public.tenants t ORDER BY t.name, t.id;
END $$;

CREATE FUNCTION sys.platform_create_tenant(new_id uuid, new_slug text, new_name text, networks cidr[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may create tenants'; END IF;
    INSERT INTO public.tenants (id, slug, name, allowed_networks) VALUES (new_id, new_slug, new_name, networks) ON CONFLICT (slug) DO NOTHING;
    RETURN FOUND;
END $$;

CREATE FUNCTION sys.platform_update_tenant(wanted uuid, new_name text, new_status text, networks cidr[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may change tenants'; END IF;
    IF wanted = '00000000-0000-0000-0000-000000000001' AND new_status <> 'active' THEN
        RAISE check_violation USING MESSAGE = 'the platform tenant cannot be suspended';
    END IF;
    UPDATE public.tenants t SET name = new_name, status = new_status, allowed_networks = networks WHERE t.id = wanted;
    RETURN FOUND;
END $$;

-- Partitions: made weeks ahead, dropped when their whole range is older than what is kept.
CREATE FUNCTION sys.ensure_partitions(weeks_ahead integer DEFAULT 4) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parent record; week date; made integer := 0; part_name text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('deviceconsole.partitions'));
    FOR parent IN SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname = 'public' AND c.relkind = 'p' LOOP
        FOR i IN -1 .. weeks_ahead LOOP
            week := (date_trunc('week', now() AT TIME ZONE 'UTC') + make_interval(weeks => i))::date;
            part_name := format('%s_%s', parent.relname, to_char(week, 'IYYY"w"IW'));
            IF to_regclass('part.' || part_name) IS NULL THEN
                EXECUTE format('CREATE TABLE part.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
                               part_name, parent.relname, week || ' 00:00:00+00', (week + 7) || ' 00:00:00+00');
                -- No policy: a partition that is addressed directly shows nothing.
                EXECUTE format('ALTER TABLE part.%I ENABLE ROW LEVEL SECURITY', part_name);
                EXECUTE format('ALTER TABLE part.%I FORCE ROW LEVEL SECURITY', part_name);
                made := made + 1;
            END IF;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;

CREATE FUNCTION sys.drop_partitions(parent_name text, keep interval) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    child record; dropped integer := 0;
BEGIN
    -- Whoever takes over the application must not be able to wipe its traces.
    IF keep < interval '1 day' OR (parent_name = 'audit' AND keep < interval '90 days') THEN
        RAISE check_violation USING MESSAGE = 'at least one day must be kept, and 90 days of the audit log';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('deviceconsole.partitions'));
    FOR child IN
        SELECT c.relname, (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz AS upper
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = to_regclass('public.' || quote_ident(parent_name))
    LOOP
        IF child.upper < now() - keep THEN
            EXECUTE format('DROP TABLE part.%I', child.relname);
            dropped := dropped + 1;
        END IF;
    END LOOP;
    RETURN dropped;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sys FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.tenant_by_slug, sys.is_platform, sys.platform_tenants, sys.platform_create_tenant,
    sys.platform_update_tenant, sys.ensure_partitions, sys.drop_partitions TO dc_app;
RESET ROLE;
GRANT EXECUTE ON FUNCTION sys.current_tenant TO PUBLIC;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (1, 'foundation', '0.1.0');
