namespace DeviceConsole.Core.Gateway;

/// <summary>
/// The SQL that takes sessions of one tenant and protocol, many in one transaction and no device twice. <c>$1</c> tenant, <c>$2</c> devices in their order, <c>$3</c> protocol.
/// What stands behind <see cref="Open"/> needs no fence: the transaction holds the sessions that it has just made the current ones.
/// </summary>
internal static class OpeningStatements
{
    public const string NotLong = "SELECT set_config('lock_timeout', '500ms', true)";

    // As SessionStatements.LockLane.
    public const string LockLanes =
        """
        INSERT INTO lanes AS a (tenant_id, device_id, next_at) SELECT $1, d, NULL FROM unnest($2::uuid[]) d ORDER BY d
        ON CONFLICT (tenant_id, device_id) DO UPDATE SET running = a.running WHERE false
        """;

    // Whatever an older session was working on is over: the device is here, and starts anew. If the node that asked it still lives, the device left by
    // itself and the attempt counts; if that node is gone, it was not the device's doing. $4 nodes, $5 lease, $6 the fault of what must not be repeated, $7 of what was tried often
    // enough, $8 the places where none is known yet. Jobs are looked up device by device: a subquery with an offset is not turned round.
    public const string Open =
        """
        WITH e AS MATERIALIZED (SELECT u.device, u.node, u.places::jsonb AS places FROM unnest($2::uuid[], $4::uuid[], $8::text[]) AS u(device, node, places)),
        prior AS MATERIALIZED (
            SELECT e.device, p.places, p.opened_at FROM e
            CROSS JOIN LATERAL (SELECT c.places::text, c.opened_at FROM connections c WHERE c.tenant_id = $1 AND c.device_id = e.device AND c.protocol = $3 OFFSET 0) p),
        opened AS (
            INSERT INTO connections AS c (tenant_id, device_id, protocol, node, epoch, lease_until, places) SELECT $1, e.device, $3, e.node, 1, now() + $5, e.places FROM e
            ON CONFLICT (tenant_id, device_id, protocol) DO UPDATE SET node = excluded.node, epoch = c.epoch + 1, lease_until = excluded.lease_until, opened_at = now(), places = coalesce(c.places, excluded.places)
            RETURNING c.device_id, c.epoch),
        broken AS MATERIALIZED (
            SELECT b.id, b.device, CASE WHEN b.cancel_requested THEN 'cancelled' WHEN NOT b.idempotent OR (b.vanished AND b.attempt >= b.max_attempts) THEN 'failed' ELSE 'queued' END AS state, b.vanished, b.idempotent
            FROM (SELECT e.device, r.*, EXISTS (SELECT FROM workers w WHERE w.id = r.worker AND w.lease_until > now()) AS vanished FROM e
                  CROSS JOIN LATERAL (SELECT j.id, j.worker, j.cancel_requested, j.idempotent, j.attempt, j.max_attempts FROM jobs j
                      WHERE j.tenant_id = $1 AND j.device_id = e.device AND j.protocol = $3 AND j.session_bound AND j.state = 'running' OFFSET 0) r) b),
        freed AS (
            UPDATE jobs j SET
                state = b.state, worker = NULL, revision = j.revision + 1,
                attempt = CASE WHEN b.state = 'queued' AND NOT b.vanished THEN j.attempt - 1 ELSE j.attempt END,
                finished_at = CASE WHEN b.state <> 'queued' THEN clock_timestamp() END,
                fault = CASE WHEN NOT b.idempotent THEN $6::jsonb WHEN b.vanished THEN $7::jsonb ELSE j.fault END
            FROM broken b WHERE j.tenant_id = $1 AND j.id = b.id AND j.state = 'running'
            RETURNING j.id, b.device, j.state, j.attempt),
        told AS (
            INSERT INTO job_transitions (tenant_id, job_id, state, attempt, reason)
            SELECT $1, f.id, f.state, f.attempt, 'The device began a new session.' FROM freed f),
        lane AS (UPDATE lanes a SET running = NULL, next_at = coalesce(a.next_at, now()) FROM freed f WHERE a.tenant_id = $1 AND a.device_id = f.device AND a.running = f.id),
        note AS MATERIALIZED (SELECT sys.notify_jobs('q', array_agg($1), array_agg(f.id)) FROM freed f)
        SELECT o.device_id, o.epoch, p.places, p.opened_at,
               coalesce((SELECT true FROM jobs j WHERE j.tenant_id = $1 AND j.device_id = o.device_id AND j.state = 'queued' AND j.continuation IS NOT NULL LIMIT 1),
                   (SELECT true FROM broken b WHERE b.device = o.device_id LIMIT 1), false)
        FROM opened o CROSS JOIN note LEFT JOIN prior p ON p.device = o.device_id
        """;

    // Rows that others write too are locked in the devices' order; a minute's calls write them once in ten seconds.
    public const string Seen =
        """
        WITH mine AS MATERIALIZED (
            SELECT c.device_id FROM device_contacts c WHERE c.tenant_id = $1 AND c.device_id = ANY ($2) AND c.last_contact_at < now() - interval '10 s' ORDER BY c.device_id FOR NO KEY UPDATE),
        seen AS (UPDATE device_contacts c SET last_contact_at = now() FROM mine m WHERE c.tenant_id = $1 AND c.device_id = m.device_id)
        UPDATE device_endpoints p SET last_contact_at = now() FROM unnest($2::uuid[]) d
        WHERE p.tenant_id = $1 AND p.device_id = d AND p.protocol = $3 AND (p.last_contact_at IS NULL OR p.last_contact_at < now() - interval '10 s')
        """;

    // $4 ids, $5 opened, $6 transports, $7 remotes, $8 nodes.
    public const string Record =
        """
        INSERT INTO device_sessions (tenant_id, device_id, id, opened_at, protocol, transport, remote, node)
        SELECT $1, e.device, e.id, e.opened, $3, e.transport, e.remote, e.node
        FROM unnest($2::uuid[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[], $8::uuid[]) AS e(device, id, opened, transport, remote, node)
        """;

    // $2 the protocol, $3 to $7 the values. Devices that reported something new are told of, and no others.
    public const string Store =
        """
        WITH stored AS MATERIALIZED (SELECT sys.store_reports($3, $4, $5, $6, $7, $2) AS changed)
        SELECT sys.notify_change('parameters', $1, ARRAY(SELECT DISTINCT d::text FROM unnest(s.changed) d)) FROM stored s WHERE cardinality(s.changed) > 0
        """;

    // $4 changes. Not updated_at: it says when somebody changed the endpoint, and ends sessions that began before.
    public const string Learn =
        """
        UPDATE device_endpoints p SET settings = jsonb_strip_nulls(p.settings || e.learnt::jsonb) FROM unnest($2::uuid[], $4::text[]) AS e(device, learnt)
        WHERE p.tenant_id = $1 AND p.device_id = e.device AND p.protocol = $3 AND jsonb_strip_nulls(p.settings || e.learnt::jsonb) <> p.settings
        """;

    // $3 manufacturers, $4 models, $5 serial numbers. The device's own words win over what is empty or was its own word before; the name that people gave it stays.
    public const string Describe =
        """
        UPDATE devices d SET manufacturer = coalesce(e.manufacturer, d.manufacturer), model = coalesce(e.model, d.model),
               serial_number = CASE WHEN e.serial IS NULL OR d.serial_number <> '' OR EXISTS (SELECT FROM devices o WHERE o.tenant_id = $1 AND o.serial_number = e.serial AND o.serial_number <> '') THEN d.serial_number ELSE e.serial END,
               updated_at = now(), version = d.version + 1
        FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS e(device, manufacturer, model, serial)
        WHERE d.tenant_id = $1 AND d.id = e.device
          AND (d.manufacturer <> coalesce(e.manufacturer, d.manufacturer) OR d.model <> coalesce(e.model, d.model)
               OR (d.serial_number = '' AND e.serial <> '' AND NOT EXISTS (SELECT FROM devices o WHERE o.tenant_id = $1 AND o.serial_number = e.serial AND o.serial_number <> '')))
        """;

    // $4 ids, $5 kinds, $6 messages, $7 values. A microsecond after the other, so that they stay in the order in which they were told.
    public const string Tell =
        """
        WITH told AS (
            INSERT INTO device_events (tenant_id, device_id, id, at, protocol, kind, message, detail)
            SELECT $1, e.device, e.id, clock_timestamp() + e.n * interval '1 us', $3, e.kind, e.message, e.detail::jsonb
            FROM unnest($2::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[]) WITH ORDINALITY AS e(device, id, kind, message, detail, n)
            RETURNING device_id)
        SELECT sys.notify_change('events', $1, array_agg(DISTINCT t.device_id::text)) FROM told t HAVING count(*) > 0
        """;
}
