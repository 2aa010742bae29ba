CREATE TABLE devices (
    tenant_id       uuid NOT NULL REFERENCES tenants (id),
    id              uuid NOT NULL,
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    serial_number   text NOT NULL DEFAULT '' CHECK (length(serial_number) <= 200),
    manufacturer    text NOT NULL DEFAULT '' CHECK (length(manufacturer) <= 200),
    model           text NOT NULL DEFAULT '' CHECK (length(model) <= 200),
    address         text NOT NULL DEFAULT '' CHECK (length(address) <= 255),
    site            text NOT NULL DEFAULT '' CHECK (length(site) <= 200),
    tags            text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 50),
    notes           text NOT NULL DEFAULT '' CHECK (length(notes) <= 4000),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         integer NOT NULL DEFAULT 1,
    -- Sort keys: what a list shows, folded once, so that a keyset page is one index range. Collation C: the order is the
    -- same on every server, survives an upgrade of its locale library, and a prefix is a range of the index.
    name_key        text COLLATE "C" GENERATED ALWAYS AS (lower(name)) STORED,
    model_key       text COLLATE "C" GENERATED ALWAYS AS (lower(model)) STORED,
    -- What the search box looks through. Cut, so that it fits into an index beside a sort key whatever its letters
    -- (2,704 bytes in all): fields of ordinary length are far from it.
    search          text COLLATE "C" GENERATED ALWAYS AS
                        (left(lower(name || ' ' || serial_number || ' ' || model || ' ' || address || ' ' || site || ' ' || manufacturer), 440)) STORED,
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE devices FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON devices USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                           WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON devices TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON devices TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON devices TO dc_app;
GRANT SELECT ON devices TO dc_system;

-- A serial number is unique within its tenant only; empty means unknown.
CREATE UNIQUE INDEX devices_serial ON devices (tenant_id, serial_number) WHERE serial_number <> '';
-- They carry the search text, so that a walk in their order filters without a look at the table.
CREATE INDEX devices_by_name ON devices (tenant_id, name_key, id) INCLUDE (search);
CREATE INDEX devices_by_model ON devices (tenant_id, model_key, id) INCLUDE (search);
CREATE INDEX devices_search ON devices USING gin (tenant_id, search gin_trgm_ops);
CREATE INDEX devices_tags ON devices USING gin (tenant_id, tags);

-- What changes with every job, apart from devices: an update here touches two small indexes and not the eight of devices.
-- Every device has its row from its first moment on, so that a list by last contact is one index range, too.
CREATE TABLE device_contacts (
    tenant_id       uuid NOT NULL,
    device_id       uuid NOT NULL,
    -- Never seen is the oldest.
    last_contact_at timestamptz NOT NULL DEFAULT '-infinity',
    last_failure_at timestamptz,
    last_failure    text,
    PRIMARY KEY (tenant_id, device_id),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
) WITH (fillfactor = 80);
ALTER TABLE device_contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE device_contacts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON device_contacts USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                   WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON device_contacts TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON device_contacts TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON device_contacts TO dc_app;
GRANT SELECT ON device_contacts TO dc_system;
CREATE INDEX device_contacts_by_time ON device_contacts (tenant_id, last_contact_at, device_id);
CREATE INDEX device_contacts_failing ON device_contacts (tenant_id) WHERE last_failure_at > last_contact_at;

CREATE FUNCTION sys.add_device_contacts() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.device_contacts (tenant_id, device_id) SELECT n.tenant_id, n.id FROM new_devices n;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION sys.add_device_contacts FROM PUBLIC;
CREATE TRIGGER contacts AFTER INSERT ON devices REFERENCING NEW TABLE AS new_devices
    FOR EACH STATEMENT EXECUTE FUNCTION sys.add_device_contacts();

-- How one protocol reaches a device, or how the device proves itself. Secrets are sealed by the application
-- (AES-256-GCM under the master key, bound to tenant, device and protocol) and never leave in the clear.
CREATE TABLE device_endpoints (
    tenant_id       uuid NOT NULL,
    device_id       uuid NOT NULL,
    protocol        text NOT NULL CHECK (protocol ~ '^[a-z][a-z0-9-]{0,31}$'),
    identity        text CHECK (length(identity) BETWEEN 1 AND 255),
    settings        jsonb NOT NULL DEFAULT '{}',
    secrets         bytea,
    -- Which credentials are set; their values are not readable.
    secret_fields   text[] NOT NULL DEFAULT '{}',
    -- To the minute: within one, a busy device's row is left alone.
    last_contact_at timestamptz,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, device_id, protocol),
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
) WITH (fillfactor = 90);
ALTER TABLE device_endpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE device_endpoints FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON device_endpoints USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
                                    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON device_endpoints TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON device_endpoints TO dc_app;
CREATE UNIQUE INDEX device_endpoints_identity ON device_endpoints (tenant_id, protocol, identity) WHERE identity IS NOT NULL;

-- Records how talks with devices of the caller's tenant ended: reached (failure is null) or not, one element a talk.
-- Runs as the caller, under the caller's row-level security. Rows are locked in one order, so that two batches never wait
-- for each other in a circle.
CREATE FUNCTION sys.note_contacts(devices uuid[], protocols text[], failures text[]) RETURNS void
    LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
    moment timestamptz := clock_timestamp();
BEGIN
    PERFORM 1 FROM public.device_contacts c WHERE c.tenant_id = tenant AND c.device_id = ANY (devices) ORDER BY c.device_id FOR NO KEY UPDATE;
    UPDATE public.device_contacts c SET
        last_contact_at = CASE WHEN v.reached THEN moment ELSE c.last_contact_at END,
        last_failure_at = CASE WHEN v.failure IS NOT NULL THEN moment ELSE c.last_failure_at END,
        last_failure = coalesce(left(v.failure, 1000), c.last_failure)
    FROM (SELECT u.device, bool_or(u.failure IS NULL) AS reached, max(u.failure) AS failure FROM unnest(devices, failures) u(device, failure) GROUP BY u.device) v
    WHERE c.tenant_id = tenant AND c.device_id = v.device;
    UPDATE public.device_endpoints e SET last_contact_at = moment
    FROM (SELECT DISTINCT u.device, u.protocol FROM unnest(devices, protocols, failures) u(device, protocol, failure) WHERE u.failure IS NULL) v
    WHERE e.tenant_id = tenant AND e.device_id = v.device AND e.protocol = v.protocol
      AND (e.last_contact_at IS NULL OR e.last_contact_at < moment - interval '1 minute');
END $$;
REVOKE ALL ON FUNCTION sys.note_contacts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.note_contacts TO dc_app;

SET LOCAL ROLE dc_system;
-- One page of a tenant's devices. Row-level security keeps LIKE and @> away from indexes (they are not leakproof), so this
-- function looks past it and holds the tenant itself; the caller joins what it gives with devices, under its policy.
--
-- A filter has two ways to its page. Walking the list in its order and filtering is fast when many devices match, and slow
-- when few do; the indexes of trigrams and labels are the other way round. So: walk a bounded piece first; when that does
-- not fill the page, a sample of the table tells whether many match, and with that which way is the shorter one.
--
-- A term is taken literally. From three characters on it may stand anywhere; a shorter one begins a word; one without any
-- letter or digit, for which an index of trigrams has nothing, begins the name.
CREATE FUNCTION sys.find_devices(sort text, descending boolean, term text, tag text, scope uuid[], after_key text, after_id uuid, n integer)
    RETURNS TABLE (device_id uuid, sort_key text) LANGUAGE plpgsql SECURITY DEFINER ROWS 50
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    tenant uuid := nullif(current_setting('app.tenant_id', true), '')::uuid;
    direction text := CASE WHEN descending THEN 'DESC' ELSE 'ASC' END;
    beyond text := CASE WHEN descending THEN '<' ELSE '>' END;
    by_contact boolean := sort = 'last_contact';
    -- The order's key, of devices d or contacts c; ids are UUID v7, so the order of creation is the primary key's.
    key text := CASE sort WHEN 'name' THEN 'd.name_key' WHEN 'model' THEN 'd.model_key' WHEN 'last_contact' THEN 'c.last_contact_at' WHEN 'created' THEN '''''' END;
    keyed text := CASE WHEN sort = 'created' THEN '' ELSE key || ' ' || direction || ', ' END;
    place text := CASE WHEN after_id IS NULL THEN ''
                       WHEN sort = 'created' THEN format(' AND d.id %s $4', beyond)
                       WHEN by_contact THEN format(' AND (c.last_contact_at, c.device_id) %s ($3::timestamptz, $4)', beyond)
                       ELSE format(' AND (%s, d.id) %s ($3, $4)', key, beyond) END;
    walk text := CASE WHEN by_contact THEN
        'SELECT c.device_id, c.last_contact_at::text FROM (SELECT c.tenant_id, c.device_id, c.last_contact_at FROM public.device_contacts c
             WHERE c.tenant_id = $1%2$s ORDER BY c.last_contact_at %4$s, c.device_id %4$s LIMIT %6$s) c
         JOIN LATERAL (SELECT d.* FROM public.devices d WHERE d.tenant_id = c.tenant_id AND d.id = c.device_id OFFSET 0) d ON true%5$s
         ORDER BY c.last_contact_at %4$s, c.device_id %4$s LIMIT $2'
        ELSE
        'SELECT d.id, %1$s::text FROM (SELECT d.* FROM public.devices d WHERE d.tenant_id = $1%2$s ORDER BY %3$sd.id %4$s LIMIT %6$s) d
         WHERE true%5$s ORDER BY %3$sd.id %4$s LIMIT $2'
        END;
    pick text := CASE WHEN by_contact THEN
        'WITH m AS MATERIALIZED (SELECT d.id FROM public.devices d WHERE d.tenant_id = $1%5$s)
         SELECT c.device_id, c.last_contact_at::text FROM m JOIN public.device_contacts c ON c.tenant_id = $1 AND c.device_id = m.id
         WHERE true%2$s ORDER BY c.last_contact_at %4$s, c.device_id %4$s OFFSET %6$s LIMIT $2 - %6$s'
        ELSE
        'WITH d AS MATERIALIZED (SELECT d.id, %1$s AS k FROM public.devices d WHERE d.tenant_id = $1%5$s%2$s)
         SELECT d.id, d.k::text FROM d ORDER BY d.k %4$s, d.id %4$s OFFSET %6$s LIMIT $2 - %6$s'
        END;
    labelled text := CASE WHEN tag <> '' THEN ' AND d.tags @> ARRAY[$6]' ELSE '' END;
    matches text := ''; pattern text; covered boolean; many boolean := false; found integer := 0;
BEGIN
    IF tenant IS NULL OR key IS NULL OR n NOT BETWEEN 1 AND 1000 THEN RETURN; END IF;
    term := lower(coalesce(term, ''));
    pattern := replace(replace(replace(term, '\', '\\'), '%', '\%'), '_', '\_') || '%';
    IF term <> '' AND term !~ '[[:alnum:]]' THEN
        matches := ' AND d.name_key LIKE $5';
    ELSIF length(term) BETWEEN 1 AND 2 THEN
        matches := ' AND (d.search LIKE $5 OR d.search LIKE ''% '' || $5)';
    ELSIF term <> '' THEN
        pattern := '%' || pattern;
        matches := ' AND d.search LIKE $5';
    END IF;

    IF scope IS NOT NULL THEN
        -- A limited caller has few devices: straight to them.
        RETURN QUERY EXECUTE format(
            'SELECT d.id, %s::text FROM public.devices d JOIN public.device_contacts c ON c.tenant_id = d.tenant_id AND c.device_id = d.id
             WHERE d.tenant_id = $1 AND d.id = ANY ($7)%s%s%s ORDER BY %sd.id %s LIMIT $2', key, matches, labelled, place, keyed, direction)
            USING tenant, n, after_key, after_id, pattern, tag, scope;
        RETURN;
    END IF;
    IF matches = '' AND labelled = '' THEN
        RETURN QUERY EXECUTE format(walk, key, place, keyed, direction, '', '$2') USING tenant, n, after_key, after_id;
        RETURN;
    END IF;

    -- Orders whose index carries the search text are walked without a look at the table.
    covered := labelled = '' AND sort IN ('name', 'model');
    IF term = '' OR term ~ '[[:alnum:]]' THEN
        RETURN QUERY EXECUTE format(walk, key, place, keyed, direction, matches || labelled, CASE WHEN covered THEN 15000 ELSE 4000 END)
            USING tenant, n, after_key, after_id, pattern, tag;
        GET DIAGNOSTICS found = ROW_COUNT;
        IF found = n THEN RETURN; END IF;
    END IF;

    -- A short run of single letters or digits leads the trigrams to nearly everything; for the rest a sample tells.
    IF length(term) BETWEEN 3 AND 5 AND term ~ '[[:alnum:]]' AND term !~ '[[:alnum:]]{3}' THEN
        many := true;
    ELSIF term ~ '[[:alnum:]]' THEN
        EXECUTE format('SELECT 40 * count(*) FILTER (WHERE true%s) > count(*) FROM public.devices d TABLESAMPLE SYSTEM (%s) WHERE d.tenant_id = $1', matches,
                       (SELECT least(100, 6400.0 / greatest(c.relpages, 1)) FROM pg_class c WHERE c.oid = 'public.devices'::regclass))
            INTO many USING tenant, n, after_key, after_id, pattern;
    END IF;
    IF many AND covered THEN
        RETURN QUERY EXECUTE format(walk, key, place, keyed, direction, matches, 'ALL') || format(' OFFSET %s', found)
            USING tenant, n - found, after_key, after_id, pattern;
        RETURN;
    END IF;
    -- The other collation, which compares alike, keeps the trigram index out: the labels' index leads, or one that carries the text.
    IF many THEN matches := replace(matches, 'd.search', 'd.search COLLATE "POSIX"'); END IF;
    RETURN QUERY EXECUTE format(pick, key, place, keyed, direction, matches || labelled, found) USING tenant, n, after_key, after_id, pattern, tag;
END $$;
REVOKE ALL ON FUNCTION sys.find_devices FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.find_devices TO dc_app;
RESET ROLE;

INSERT INTO sys.schema_versions (version, name, min_app) VALUES (3, 'devices', '0.1.0');
