-- Secrets of the installation's own parts, for example the password of its account at a server: entered by platform administrators, never read back.
CREATE TABLE platform_secrets (
    id         text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    -- Sealed under the master key for this row.
    sealed     bytea NOT NULL CHECK (length(sealed) <= 8192),
    updated_at timestamptz NOT NULL DEFAULT now(),
    updated_by text NOT NULL CHECK (length(updated_by) <= 320)
);
GRANT SELECT ON platform_secrets TO dc_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON platform_secrets TO dc_system;

-- Accounts that endpoints had at servers elsewhere when they were deleted, until they are taken away there. The devices are gone, and their tenants may be.
CREATE TABLE sys.left_accounts (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id uuid NOT NULL,
    protocol  text NOT NULL,
    account   text NOT NULL CHECK (length(account) BETWEEN 1 AND 1024),
    at        timestamptz NOT NULL DEFAULT now(),
    next_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX left_accounts_due ON sys.left_accounts (protocol, next_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON sys.left_accounts TO dc_system;

SET LOCAL ROLE dc_system;
CREATE FUNCTION sys.platform_save_secret(wanted text, new_sealed bytea, new_by text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may change its secrets'; END IF;
    INSERT INTO public.platform_secrets (id, sealed, updated_by) VALUES (wanted, new_sealed, new_by)
        ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, updated_by = excluded.updated_by, updated_at = now();
    RETURN FOUND;
END $$;

CREATE FUNCTION sys.platform_delete_secret(wanted text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may change its secrets'; END IF;
    DELETE FROM public.platform_secrets s WHERE s.id = wanted;
    RETURN FOUND;
END $$;

CREATE FUNCTION sys.note_left_accounts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO sys.left_accounts (device_id, protocol, account)
        SELECT g.device_id, g.protocol, g.settings ->> 'externalAccount' FROM gone g WHERE length(g.settings ->> 'externalAccount') BETWEEN 1 AND 1024;
    RETURN NULL;
END $$;

-- Each for a minute at one node. What an endpoint has again is nobody's to take away, and after three months nobody tries any more.
CREATE FUNCTION sys.claim_left_accounts(wanted text, most integer) RETURNS TABLE (id bigint, device_id uuid, account text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM sys.left_accounts a WHERE a.protocol = wanted AND (a.at < now() - interval '90 days' OR EXISTS (
        SELECT FROM public.device_endpoints e WHERE e.device_id = a.device_id AND e.protocol = a.protocol AND e.settings ->> 'externalAccount' = a.account));
    RETURN QUERY
        UPDATE sys.left_accounts a SET next_at = now() + interval '1 minute'
        FROM (SELECT x.id FROM sys.left_accounts x WHERE x.protocol = wanted AND x.next_at <= now() ORDER BY x.id LIMIT most FOR UPDATE SKIP LOCKED) p
        WHERE a.id = p.id RETURNING a.id, a.device_id, a.account;
END $$;

CREATE FUNCTION sys.drop_left_account(gone bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ DELETE FROM sys.left_accounts a WHERE a.id = gone $$;

REVOKE ALL ON FUNCTION sys.platform_save_secret, sys.platform_delete_secret, sys.note_left_accounts, sys.claim_left_accounts, sys.drop_left_account FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.platform_save_secret, sys.platform_delete_secret, sys.claim_left_accounts, sys.drop_left_account TO dc_app;
-- Who makes the trigger needs it.
GRANT EXECUTE ON FUNCTION sys.note_left_accounts TO dc_migrator;
RESET ROLE;
CREATE TRIGGER left_accounts AFTER DELETE ON device_endpoints REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION sys.note_left_accounts();
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (63, 'platform_secrets', '0.1.0');
