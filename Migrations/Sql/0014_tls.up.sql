-- Ports that devices call beside the built-in one, the TLS that each speaks, and the certificates it shows. A connection is answered
-- before anybody knows a tenant, so these belong to the installation; the platform's administrators keep them.
CREATE TABLE certificates (
    id          uuid PRIMARY KEY,
    name        text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
    -- PEM, the server's own certificate first.
    chain       text NOT NULL CHECK (length(chain) <= 262144),
    -- PKCS #8, sealed under the master key for this row.
    private_key bytea NOT NULL,
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    subject     text NOT NULL,
    issuer      text NOT NULL,
    names       text[] NOT NULL,
    not_before  timestamptz NOT NULL,
    not_after   timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tls_profiles (
    id                  uuid PRIMARY KEY,
    name                text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
    certificate_id      uuid NOT NULL REFERENCES certificates (id),
    minimum_version     text NOT NULL CHECK (minimum_version IN ('1.2', '1.3')),
    client_certificates text NOT NULL CHECK (client_certificates IN ('none', 'optional', 'required')),
    -- PEM: who may have signed the devices' certificates.
    client_authorities  text NOT NULL DEFAULT '' CHECK (length(client_authorities) <= 262144),
    -- Whose devices these authorities vouch for; null for everybody's. No foreign key: a tenant that is gone must not widen it.
    client_tenant       uuid,
    updated_at          timestamptz NOT NULL DEFAULT now(),
    CHECK (client_certificates = 'none' OR client_authorities <> '')
);
CREATE INDEX tls_profiles_certificate ON tls_profiles (certificate_id);

CREATE TABLE device_ports (
    port           integer PRIMARY KEY CHECK (port BETWEEN 1 AND 65535),
    -- For every name that has no profile of its own; null: without TLS.
    tls_profile_id uuid REFERENCES tls_profiles (id),
    -- Trusted balancers begin each connection with a PROXY header.
    proxy_protocol boolean NOT NULL DEFAULT false,
    note           text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    updated_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX device_ports_profile ON device_ports (tls_profile_id);

-- Names (SNI) with a profile of their own; '*.example.net' stands for one label.
CREATE TABLE device_port_names (
    port           integer NOT NULL REFERENCES device_ports (port) ON DELETE CASCADE,
    host           text NOT NULL CHECK (length(host) BETWEEN 1 AND 255 AND host = lower(host)),
    tls_profile_id uuid NOT NULL REFERENCES tls_profiles (id),
    PRIMARY KEY (port, host)
);
CREATE INDEX device_port_names_profile ON device_port_names (tls_profile_id);

GRANT SELECT ON certificates, tls_profiles, device_ports, device_port_names TO dc_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON certificates, tls_profiles, device_ports, device_port_names TO dc_system;

SET LOCAL ROLE dc_system;
CREATE FUNCTION sys.platform_save_certificate(wanted uuid, new_name text, new_chain text, new_key bytea, new_fingerprint bytea, new_subject text, new_issuer text,
        new_names text[], new_not_before timestamptz, new_not_after timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may change certificates'; END IF;
    INSERT INTO public.certificates (id, name, chain, private_key, fingerprint, subject, issuer, names, not_before, not_after)
        VALUES (wanted, new_name, new_chain, new_key, new_fingerprint, new_subject, new_issuer, new_names, new_not_before, new_not_after)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, chain = excluded.chain, private_key = excluded.private_key, fingerprint = excluded.fingerprint,
            subject = excluded.subject, issuer = excluded.issuer, names = excluded.names, not_before = excluded.not_before, not_after = excluded.not_after, updated_at = now();
    RETURN FOUND;
END $$;

CREATE FUNCTION sys.platform_delete_certificate(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may change certificates'; END IF;
    DELETE FROM public.certificates c WHERE c.id = wanted;
    RETURN FOUND;
END $$;

CREATE FUNCTION sys.platform_save_tls_profile(wanted uuid, new_name text, new_certificate uuid, new_minimum text, new_client text, new_authorities text, new_tenant uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may change TLS profiles'; END IF;
    INSERT INTO public.tls_profiles (id, name, certificate_id, minimum_version, client_certificates, client_authorities, client_tenant)
        VALUES (wanted, new_name, new_certificate, new_minimum, new_client, new_authorities, new_tenant)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, certificate_id = excluded.certificate_id, minimum_version = excluded.minimum_version,
            client_certificates = excluded.client_certificates, client_authorities = excluded.client_authorities, client_tenant = excluded.client_tenant, updated_at = now();
    RETURN FOUND;
END $$;

CREATE FUNCTION sys.platform_delete_tls_profile(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may change TLS profiles'; END IF;
    DELETE FROM public.tls_profiles p WHERE p.id = wanted;
    RETURN FOUND;
END $$;

-- The names and their profiles are parallel arrays and replace those that were there.
CREATE FUNCTION sys.platform_save_device_port(wanted integer, new_profile uuid, new_proxy boolean, new_note text, hosts text[], host_profiles uuid[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may change ports'; END IF;
    INSERT INTO public.device_ports (port, tls_profile_id, proxy_protocol, note) VALUES (wanted, new_profile, new_proxy, new_note)
        ON CONFLICT (port) DO UPDATE SET tls_profile_id = excluded.tls_profile_id, proxy_protocol = excluded.proxy_protocol, note = excluded.note, updated_at = now();
    DELETE FROM public.device_port_names n WHERE n.port = wanted;
    INSERT INTO public.device_port_names (port, host, tls_profile_id) SELECT wanted, h.host, h.profile FROM unnest(hosts, host_profiles) AS h(host, profile);
    RETURN true;
END $$;

CREATE FUNCTION sys.platform_delete_device_port(wanted integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF sys.is_platform() IS NOT TRUE THEN RAISE insufficient_privilege USING MESSAGE = 'only the platform''s own tenant may change ports'; END IF;
    DELETE FROM public.device_ports p WHERE p.port = wanted;
    RETURN FOUND;
END $$;

REVOKE ALL ON FUNCTION sys.platform_save_certificate, sys.platform_delete_certificate, sys.platform_save_tls_profile, sys.platform_delete_tls_profile,
    sys.platform_save_device_port, sys.platform_delete_device_port FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.platform_save_certificate, sys.platform_delete_certificate, sys.platform_save_tls_profile, sys.platform_delete_tls_profile,
    sys.platform_save_device_port, sys.platform_delete_device_port TO dc_app;
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (14, 'tls', '0.1.0');
