-- Polling: which objects of which devices are read how often, and what came of it.
CREATE TABLE poll_profiles (
    tenant_id   uuid NOT NULL REFERENCES tenants (id),
    id          uuid NOT NULL,
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    enabled     boolean NOT NULL DEFAULT true,
    interval_s  integer NOT NULL CHECK (interval_s BETWEEN 10 AND 86400),
    -- [{"name", "oid", "column", "unit", "scale", "label", "discontinuity"}]
    objects     jsonb NOT NULL,
    -- [{"object", "above", "raise", "clear", "samples", "severity"}]
    thresholds  jsonb NOT NULL DEFAULT '[]',
    -- Every device, those with one of the labels, and those that are named.
    all_devices boolean NOT NULL DEFAULT false,
    tags        text[] NOT NULL DEFAULT '{}',
    device_ids  uuid[] NOT NULL DEFAULT '{}',
    created_by  text NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
ALTER TABLE poll_profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_profiles FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON poll_profiles USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON poll_profiles TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON poll_profiles TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON poll_profiles TO dc_app;
GRANT SELECT ON poll_profiles TO dc_system;

-- A device that a profile is for: when it is due, and what the next rates and thresholds are made from.
CREATE TABLE poll_targets (
    tenant_id  uuid NOT NULL,
    profile_id uuid NOT NULL,
    device_id  uuid NOT NULL,
    protocol   text NOT NULL,
    next_at    timestamptz NOT NULL,
    failures   integer NOT NULL DEFAULT 0,
    last_at    timestamptz,
    last_error text,
    state      jsonb,
    PRIMARY KEY (tenant_id, profile_id, device_id),
    FOREIGN KEY (tenant_id, profile_id) REFERENCES poll_profiles (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
) WITH (fillfactor = 70);
ALTER TABLE poll_targets ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_targets FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON poll_targets USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON poll_targets TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON poll_targets TO dc_system USING (true) WITH CHECK (true);
CREATE INDEX poll_targets_due ON poll_targets (next_at);
CREATE INDEX poll_targets_device ON poll_targets (tenant_id, device_id);
GRANT SELECT, UPDATE ON poll_targets TO dc_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON poll_targets TO dc_system;

-- One row an instance that a profile reads from a device.
CREATE TABLE poll_series (
    tenant_id  uuid NOT NULL,
    device_id  uuid NOT NULL,
    profile_id uuid NOT NULL,
    id         integer NOT NULL,
    oid        text NOT NULL CHECK (length(oid) <= 1400),
    object     text NOT NULL,
    label      text NOT NULL DEFAULT '',
    unit       text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, device_id, profile_id, id),
    FOREIGN KEY (tenant_id, profile_id) REFERENCES poll_profiles (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE poll_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_series FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON poll_series USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON poll_series TO dc_migrator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON poll_series TO dc_app;

-- How far samples are rolled up, over all tenants.
CREATE TABLE poll_rollups (
    step_s integer PRIMARY KEY,
    done   timestamptz NOT NULL
);
GRANT SELECT ON poll_rollups TO dc_app;
GRANT SELECT, UPDATE ON poll_rollups TO dc_system;
INSERT INTO poll_rollups VALUES (300, date_bin('300 s', now(), 'epoch')), (3600, date_bin('3600 s', now(), 'epoch'));

GRANT SELECT (tenant_id, device_id, running) ON lanes TO dc_system;
SET LOCAL ROLE dc_system;
-- One row a poll, its values side by side: a tenth of the rows and of the space of one row a value.
CREATE TABLE poll_samples (
    tenant_id  uuid NOT NULL,
    device_id  uuid NOT NULL,
    profile_id uuid NOT NULL,
    at         timestamptz NOT NULL,
    series     integer[] NOT NULL,
    vals       double precision[] NOT NULL
) PARTITION BY RANGE (at);
CREATE UNIQUE INDEX poll_samples_key ON poll_samples (tenant_id, device_id, profile_id, at);
ALTER TABLE poll_samples ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_samples FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON poll_samples USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON poll_samples TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON poll_samples TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON poll_samples TO dc_app;
CREATE TABLE poll_samples_5m (
    tenant_id  uuid NOT NULL,
    device_id  uuid NOT NULL,
    profile_id uuid NOT NULL,
    at         timestamptz NOT NULL,
    series     integer[] NOT NULL,
    avgs       double precision[] NOT NULL,
    mins       double precision[] NOT NULL,
    maxs       double precision[] NOT NULL
) PARTITION BY RANGE (at);
CREATE UNIQUE INDEX poll_samples_5m_key ON poll_samples_5m (tenant_id, device_id, profile_id, at);
ALTER TABLE poll_samples_5m ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_samples_5m FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON poll_samples_5m USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON poll_samples_5m TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON poll_samples_5m TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON poll_samples_5m TO dc_app;
CREATE TABLE poll_samples_1h (
    tenant_id  uuid NOT NULL,
    device_id  uuid NOT NULL,
    profile_id uuid NOT NULL,
    at         timestamptz NOT NULL,
    series     integer[] NOT NULL,
    avgs       double precision[] NOT NULL,
    mins       double precision[] NOT NULL,
    maxs       double precision[] NOT NULL
) PARTITION BY RANGE (at);
CREATE UNIQUE INDEX poll_samples_1h_key ON poll_samples_1h (tenant_id, device_id, profile_id, at);
ALTER TABLE poll_samples_1h ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_samples_1h FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON poll_samples_1h USING (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    WITH CHECK (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY migrator ON poll_samples_1h TO dc_migrator USING (true) WITH CHECK (true);
CREATE POLICY system ON poll_samples_1h TO dc_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON poll_samples_1h TO dc_app;

-- Due polls of all tenants; each is given out once an interval, on whatever node, and not while a job of the device runs.
CREATE FUNCTION sys.claim_polls(n integer) RETURNS TABLE (tenant_id uuid, profile_id uuid, device_id uuid, protocol text, interval_s integer)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH due AS MATERIALIZED (
        SELECT t.tenant_id, t.profile_id, t.device_id FROM public.poll_targets t
        WHERE t.next_at <= now() ORDER BY t.next_at LIMIT n FOR UPDATE SKIP LOCKED)
    UPDATE public.poll_targets t SET next_at = CASE
            WHEN busy.running IS NOT NULL THEN now() + interval '3 s'
            -- The grid of the interval is kept; what was missed is not made up for.
            ELSE t.next_at + make_interval(secs => p.interval_s * greatest(1, ceil(extract(epoch FROM now() - t.next_at) / p.interval_s))) END
    FROM due JOIN public.poll_profiles p ON p.tenant_id = due.tenant_id AND p.id = due.profile_id
        JOIN public.tenants x ON x.id = due.tenant_id
        LEFT JOIN public.lanes busy ON busy.tenant_id = due.tenant_id AND busy.device_id = due.device_id AND busy.running IS NOT NULL
    WHERE t.tenant_id = due.tenant_id AND t.profile_id = due.profile_id AND t.device_id = due.device_id
    RETURNING t.tenant_id, t.profile_id, t.device_id, CASE WHEN busy.running IS NULL AND p.enabled AND x.status = 'active' THEN t.protocol END, p.interval_s $$;

-- Makes the targets equal to the profiles: of all tenants, or of one.
CREATE FUNCTION sys.reconcile_polls(protocols text[], wanted_tenant uuid) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    changed integer; gone integer;
BEGIN
    WITH wanted AS MATERIALIZED (
        SELECT DISTINCT ON (p.tenant_id, p.id, d.id) p.tenant_id, p.id AS profile_id, d.id AS device_id, e.protocol, p.interval_s
        FROM public.poll_profiles p JOIN public.devices d ON d.tenant_id = p.tenant_id AND (p.all_devices OR d.tags && p.tags OR d.id = ANY (p.device_ids))
        JOIN public.device_endpoints e ON e.tenant_id = d.tenant_id AND e.device_id = d.id AND e.protocol = ANY (protocols)
        WHERE p.enabled AND (wanted_tenant IS NULL OR p.tenant_id = wanted_tenant) ORDER BY p.tenant_id, p.id, d.id, e.protocol)
    INSERT INTO public.poll_targets AS t (tenant_id, profile_id, device_id, protocol, next_at)
    -- Spread over the interval, so that a profile for ten thousand devices is a steady stream.
    SELECT w.tenant_id, w.profile_id, w.device_id, w.protocol, now() + make_interval(secs => least(w.interval_s, 300) * random()) FROM wanted w
    ON CONFLICT (tenant_id, profile_id, device_id) DO UPDATE SET protocol = excluded.protocol WHERE t.protocol <> excluded.protocol;
    GET DIAGNOSTICS changed = ROW_COUNT;
    DELETE FROM public.poll_targets t USING public.poll_profiles p
        WHERE p.tenant_id = t.tenant_id AND p.id = t.profile_id AND (wanted_tenant IS NULL OR t.tenant_id = wanted_tenant) AND NOT (p.enabled AND EXISTS (
            SELECT FROM public.devices d JOIN public.device_endpoints e ON e.tenant_id = d.tenant_id AND e.device_id = d.id AND e.protocol = ANY (protocols)
            WHERE d.tenant_id = t.tenant_id AND d.id = t.device_id AND (p.all_devices OR d.tags && p.tags OR d.id = ANY (p.device_ids))));
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN changed + gone;
END $$;

-- Averages, minima and maxima of the steps that have ended, of all tenants; the number of rows made.
CREATE FUNCTION sys.roll_up_polls(step integer) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    since timestamptz; until timestamptz; made bigint;
BEGIN
    SELECT r.done INTO since FROM public.poll_rollups r WHERE r.step_s = step FOR UPDATE;
    -- A minute's grace for samples that are being written; a day at most at once.
    until := least(date_bin(make_interval(secs => step), now() - interval '1 minute', 'epoch'), since + interval '1 day');
    IF since IS NULL OR until <= since THEN RETURN 0; END IF;
    EXECUTE format($q$
        INSERT INTO public.%I (tenant_id, device_id, profile_id, at, series, avgs, mins, maxs)
        SELECT g.tenant_id, g.device_id, g.profile_id, g.bin, array_agg(g.id ORDER BY g.id), array_agg(g.a ORDER BY g.id), array_agg(g.lo ORDER BY g.id), array_agg(g.hi ORDER BY g.id)
        FROM (SELECT s.tenant_id, s.device_id, s.profile_id, date_bin($3, s.at, 'epoch') AS bin, u.id, avg(u.v) AS a, min(u.v) AS lo, max(u.v) AS hi
              FROM public.poll_samples s CROSS JOIN LATERAL unnest(s.series, s.vals) u(id, v) WHERE s.at >= $1 AND s.at < $2 GROUP BY 1, 2, 3, 4, 5) g
        GROUP BY 1, 2, 3, 4 ON CONFLICT DO NOTHING $q$, CASE step WHEN 300 THEN 'poll_samples_5m' ELSE 'poll_samples_1h' END)
        USING since, until, make_interval(secs => step);
    GET DIAGNOSTICS made = ROW_COUNT;
    UPDATE public.poll_rollups r SET done = until WHERE r.step_s = step;
    RETURN made;
END $$;
SELECT sys.ensure_partitions();
REVOKE ALL ON FUNCTION sys.claim_polls, sys.reconcile_polls, sys.roll_up_polls FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sys.claim_polls, sys.reconcile_polls, sys.roll_up_polls TO dc_app;
RESET ROLE;
INSERT INTO sys.schema_versions (version, name, min_app) VALUES (21, 'polling', '0.1.0');
