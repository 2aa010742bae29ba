namespace DeviceConsole.Core.Alarms;

/// <summary>The SQL of alarms. <c>$1</c> is the tenant. Rows are taken in one order, so that two batches never wait for each other in a circle.</summary>
internal static class AlarmStatements
{
    // $2 devices, $3 keys, $4 sources, $5 severities, $6 texts, $7 details, $8 ids, $9 actor, $10 how often each was told. The last of several signals of one key counts.
    public const string Raise =
        """
        WITH s AS MATERIALIZED (
            SELECT DISTINCT ON (u.device, u.key) u.* FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[], $10::integer[])
                WITH ORDINALITY AS u(device, key, source, severity, text, detail, id, times, n)
            JOIN devices d ON d.tenant_id = $1 AND d.id = u.device ORDER BY u.device, u.key, u.n DESC),
        old AS MATERIALIZED (SELECT a.device_id, a.key, a.state, a.severity FROM alarms a JOIN s ON a.tenant_id = $1 AND a.device_id = s.device AND a.key = s.key),
        r AS (
            INSERT INTO alarms AS a (tenant_id, id, device_id, key, source, severity, text, detail, state, count, suppressed_until)
            SELECT $1, s.id, s.device, s.key, s.source, s.severity, s.text, s.detail::jsonb, 'raised', s.times,
                   (SELECT max(x.until) FROM alarm_suppressions x WHERE x.tenant_id = $1 AND x.until > now() AND (x.device_id IS NULL OR x.device_id = s.device)
                        AND s.key LIKE replace(replace(replace(replace(x.key, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%'))
            FROM s ORDER BY s.device, s.key
            ON CONFLICT (tenant_id, device_id, key) DO UPDATE SET
                state = 'raised', source = excluded.source, severity = excluded.severity, text = excluded.text, detail = excluded.detail, last_at = now(), cleared_at = NULL, cleared_by = NULL,
                count = CASE WHEN a.state = 'cleared' THEN excluded.count ELSE least(a.count, 1000000000) + excluded.count END,
                raised_at = CASE WHEN a.state = 'raised' THEN a.raised_at ELSE now() END,
                -- Who took it on took on what it was: when it ends and comes again, or gets worse, somebody has to look anew.
                acknowledged_at = CASE WHEN a.state = 'raised' AND excluded.rank <= a.rank THEN a.acknowledged_at END,
                acknowledged_by = CASE WHEN a.state = 'raised' AND excluded.rank <= a.rank THEN a.acknowledged_by END,
                note = CASE WHEN a.state = 'raised' THEN a.note END,
                suppressed_until = greatest(a.suppressed_until, excluded.suppressed_until)
            RETURNING a.id, a.device_id, a.key, a.severity, a.text),
        h AS (
            INSERT INTO alarm_history (tenant_id, alarm_id, device_id, what, severity, text, actor)
            SELECT $1, r.id, r.device_id, CASE WHEN old.state = 'raised' THEN 'severity' ELSE 'raised' END, r.severity, r.text, $9
            FROM r LEFT JOIN old ON old.device_id = r.device_id AND old.key = r.key WHERE old.state IS DISTINCT FROM 'raised' OR old.severity <> r.severity RETURNING what)
        SELECT (SELECT count(*) FROM h WHERE h.what = 'raised'), sys.notify_change('alarms', $1, (SELECT array_agg(DISTINCT r.device_id::text) FROM r))
        WHERE EXISTS (SELECT FROM r)
        """;

    // $2 devices, $3 keys, $4 by whom.
    public const string Clear =
        """
        WITH l AS MATERIALIZED (
            SELECT a.id FROM alarms a JOIN unnest($2::uuid[], $3::text[]) AS s(device, key) ON a.device_id = s.device AND a.key = s.key
            WHERE a.tenant_id = $1 AND a.state = 'raised' ORDER BY a.device_id, a.key FOR UPDATE OF a),
        """ + ClearLocked;

    private const string ClearLocked =
        """
        c AS (
            UPDATE alarms a SET state = 'cleared', cleared_at = now(), cleared_by = $4 FROM l WHERE a.tenant_id = $1 AND a.id = l.id AND a.state = 'raised'
            RETURNING a.id, a.device_id, a.severity, a.text),
        h AS (INSERT INTO alarm_history (tenant_id, alarm_id, device_id, what, severity, text, actor) SELECT $1, c.id, c.device_id, 'cleared', c.severity, c.text, $4 FROM c)
        SELECT (SELECT count(*) FROM c), sys.notify_change('alarms', $1, (SELECT array_agg(DISTINCT c.device_id::text) FROM c)) WHERE EXISTS (SELECT FROM c)
        """;

    // $2 ids, $3 scope, $4 actor, $5 note, $6 until. The guard says for which alarms the change is one.
    public static string Change(string what, string set, string guard) =>
        $"""
        WITH l AS MATERIALIZED (
            SELECT a.id FROM alarms a WHERE a.tenant_id = $1 AND a.id = ANY ($2) AND ($3::uuid[] IS NULL OR a.device_id = ANY ($3)) AND {guard} ORDER BY a.device_id, a.key FOR UPDATE OF a),
        c AS (UPDATE alarms a SET {set} FROM l WHERE a.tenant_id = $1 AND a.id = l.id AND {guard} RETURNING a.id, a.device_id, a.severity, a.text, $6::timestamptz),
        h AS (INSERT INTO alarm_history (tenant_id, alarm_id, device_id, what, severity, text, actor, note) SELECT $1, c.id, c.device_id, '{what}', c.severity, c.text, $4, $5 FROM c)
        SELECT (SELECT count(*) FROM c), sys.notify_change('alarms', $1, (SELECT array_agg(DISTINCT c.device_id::text) FROM c)) WHERE EXISTS (SELECT FROM c)
        """;

    public const string Columns =
        """
        SELECT a.id, a.device_id, d.name, a.key, a.source, a.severity, a.text, a.detail::text, a.state, a.count, a.first_at, a.raised_at, a.last_at, a.cleared_at, a.cleared_by,
               a.acknowledged_at, a.acknowledged_by, a.note, CASE WHEN a.suppressed_until > now() THEN a.suppressed_until END, a.rank
        FROM alarms a JOIN devices d ON d.tenant_id = a.tenant_id AND d.id = a.device_id
        WHERE a.tenant_id = $1 AND ($2::uuid[] IS NULL OR a.device_id = ANY ($2))
        """;

    // $3 device, $4 state, $5 severities, $6 acknowledged, $7 suppressed, $8 search, $9 cursor's rank, $10 its time, $11 its id, $12 limit.
    public const string Filter =
        """

          AND ($3::uuid IS NULL OR a.device_id = $3) AND ($4::text IS NULL OR a.state = $4) AND (cardinality($5::text[]) = 0 OR a.severity = ANY ($5))
          AND ($6::boolean IS NULL OR (a.acknowledged_at IS NOT NULL) = $6) AND ($7::boolean IS NULL OR coalesce(a.suppressed_until > now(), false) = $7)
          AND ($8 = '' OR strpos(lower(a.text), $8) > 0 OR strpos(lower(a.key), $8) > 0 OR strpos(lower(d.name), $8) > 0)
        """;

    public const string WorstFirst = Filter + "\n  AND ($9::smallint IS NULL OR (a.rank, a.raised_at, a.id) < ($9, $10, $11)) ORDER BY a.rank DESC, a.raised_at DESC, a.id DESC LIMIT $12";

    public const string NewestFirst = Filter + "\n  AND ($9::smallint IS NULL OR (a.raised_at, a.id) < ($10, $11)) ORDER BY a.raised_at DESC, a.id DESC LIMIT $12";
}
