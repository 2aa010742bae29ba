using DeviceConsole.Core.Data;
using DeviceConsole.Core.Parameters;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// Writes a batch of completions of one tenant. Everything hangs on <c>done</c>: what was fenced out leaves no trace.
/// Two ways. Where every attempt ends its job the lanes are freed first, by the job that they run; what else waits for a device stands in its lane already.
/// Where the fence then finds fewer jobs than lanes were freed, nothing of it happened and the careful way is taken: the lanes are locked first, in order;
/// the second statement then has a snapshot in which no job of these devices can be missing.
/// </summary>
internal static class CompletionStatements
{
    // Planned once a connection, perhaps when the tables were empty or their statistics were those of an idle queue: a plan that finds
    // each of a hundred rows by its key is never bad, one that reads all of the tenant's jobs may be. For this transaction only; a plan that is cached already it does not change.
    private const string Begin =
        """
        SELECT set_config('app.tenant_id', $1, true), set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
               set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
        """;

    private const string LockLanes =
        "SELECT 0::bigint, count(*) FROM (SELECT FROM lanes WHERE tenant_id = $1 AND device_id = ANY ($2) ORDER BY device_id FOR UPDATE) l";

    // The lanes that run these jobs; rows: devices with more to do now. What waits for a device was written into its lane by whoever enqueued it, under the lane's lock.
    private const string FreeLanes =
        """
        WITH freed AS (
            UPDATE lanes a SET running = NULL FROM unnest($2::uuid[], $3::uuid[]) AS c(device, job)
            WHERE a.tenant_id = $1 AND a.device_id = c.device AND a.running = c.job
            RETURNING a.next_at <= now() AS due)
        SELECT count(*) FILTER (WHERE due), set_config('app.lanes_freed', count(*)::text, true) FROM freed
        """;

    private const string Done =
        """
        WITH done AS (
            UPDATE jobs j SET
                state = CASE WHEN c.state = 'queued' AND j.cancel_requested THEN 'cancelled' ELSE c.state END,
                worker = NULL,
                attempt = j.attempt - c.given_back,
                run_at = CASE WHEN c.state = 'queued' THEN now() + make_interval(secs => c.delay) ELSE j.run_at END,
                finished_at = CASE WHEN c.state <> 'queued' OR j.cancel_requested THEN clock_timestamp() END,
                ended_by = CASE WHEN c.state <> 'queued' OR j.cancel_requested THEN c.worker END,
                fault = CASE WHEN c.state = 'completed' THEN NULL ELSE coalesce(c.fault::jsonb, j.fault) END,
                summary = coalesce(c.summary, j.summary),
                revision = j.revision + 1
            FROM unnest($2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::integer[], $7::float8[], $8::text[], $9::text[], $10::text[], $11::smallint[], $12::text[], $13::integer[])
                 AS c(id, attempt, worker, state, given_back, delay, fault, summary, reason, contact, vals, value_count)
            -- coalesce(): by primary key, not through the partial index of running jobs, which would read them all.
            WHERE j.tenant_id = $1 AND j.id = c.id AND coalesce(j.state, '') = 'running' AND j.attempt = c.attempt AND j.worker = c.worker
            RETURNING j.id, j.device_id, j.protocol, j.state, j.attempt, j.run_at, j.priority, j.session_bound,
                      c.worker, c.summary, c.reason, c.contact, c.vals, c.value_count)
        """;

    // What is completed tells so itself.
    private const string Told =
        """
        , told AS (
            INSERT INTO job_transitions (tenant_id, job_id, state, attempt, worker, reason)
            SELECT $1, d.id, d.state, d.attempt, d.worker, d.reason FROM done d WHERE d.state <> 'completed' OR d.reason IS NOT NULL)
        """;

    private const string Lane =
        """
        ,
        lane AS (
            UPDATE lanes a SET running = NULL,
                   next_at = CASE WHEN w.priority IS NOT NULL THEN now() WHEN d.state = 'queued' AND NOT d.session_bound THEN d.run_at END,
                   priority = coalesce(w.priority, d.priority),
                   wake_at = CASE WHEN d.state = 'queued' AND d.session_bound THEN least(a.wake_at, d.run_at) ELSE a.wake_at END
            FROM done d LEFT JOIN LATERAL (
                SELECT q.priority FROM jobs q
                WHERE q.tenant_id = $1 AND q.device_id = d.device_id AND NOT q.session_bound AND q.state = 'queued'
                ORDER BY q.priority DESC, q.run_at, q.id LIMIT 1) w ON true
            WHERE a.tenant_id = $1 AND a.device_id = d.device_id AND a.running = d.id
            RETURNING w.priority)
        """;

    private const string Kept =
        """
        , kept AS (
            INSERT INTO job_results (tenant_id, job_id, vals, value_count)
            SELECT $1, d.id, d.vals::jsonb, d.value_count FROM done d WHERE d.vals IS NOT NULL AND d.state <> 'queued')
        """;

    // Coarse on purpose: a device that is polled every few seconds does not need its rows and indexes rewritten as often.
    // What changes between failing and answering is written at once.
    private const string Seen =
        """
        , seen AS (
            UPDATE device_contacts v SET
                last_contact_at = CASE d.contact WHEN 1 THEN now() ELSE v.last_contact_at END,
                last_failure_at = CASE d.contact WHEN 2 THEN now() ELSE v.last_failure_at END,
                last_failure = CASE d.contact WHEN 2 THEN left(d.reason, 1000) ELSE v.last_failure END
            FROM done d
            WHERE v.tenant_id = $1 AND v.device_id = d.device_id
              AND (d.contact = 1 AND (v.last_contact_at < now() - interval '10 s' OR v.last_failure_at >= v.last_contact_at)
                OR d.contact = 2 AND (v.last_failure_at IS NULL OR v.last_failure_at < now() - interval '10 s' OR v.last_contact_at >= v.last_failure_at)))
        , reached AS (
            UPDATE device_endpoints e SET last_contact_at = now() FROM done d
            WHERE e.tenant_id = $1 AND e.device_id = d.device_id AND e.protocol = d.protocol AND d.contact = 1
              AND (e.last_contact_at IS NULL OR e.last_contact_at < now() - interval '60 s'))
        """;

    private const string Stored =
        """
        , stored AS MATERIALIZED (
            SELECT sys.store_parameters(array_agg(d.device_id ORDER BY v.n), array_agg(v.path ORDER BY v.n), array_agg(v.value ORDER BY v.n),
                                        array_agg(v.type ORDER BY v.n), array_agg(v.writable ORDER BY v.n), d.protocol) AS changed
            FROM unnest($14::integer[], $15::text[], $16::text[], $17::text[], $18::boolean[]) WITH ORDINALITY AS v(job, path, value, type, writable, n)
            JOIN done d ON d.id = ($2::uuid[])[v.job]
            GROUP BY d.protocol)
        """;

    // The same where all of the batch is done or nothing is, and came by one protocol: the arrays go on as they came. $19 their devices, $20 the protocol.
    private const string StoredWhole =
        """
        , stored AS MATERIALIZED (SELECT sys.store_parameters($19::uuid[], $15::text[], $16::text[], $17::text[], $18::boolean[], $20) AS changed FROM (SELECT count(*) FROM done) d)
        """;

    // $21 job, $22 path, $23 kind: an object that is gone, one that was read whole, a path that is there without a value.
    private const string Forgotten =
        """
        , gone AS MATERIALIZED (
            SELECT d.device_id, sys.forget_parameters(array_agg(d.device_id), array_agg(f.path)) AS rows
            FROM unnest($21::integer[], $22::text[], $23::text[]) AS f(job, path, kind) JOIN done d ON d.id = ($2::uuid[])[f.job]
            WHERE f.kind = 'g' GROUP BY d.device_id)
        , swept AS MATERIALIZED (
            SELECT d.device_id, sys.sweep_parameters(d.device_id, w.objects, w.present || coalesce(v.paths, '{}'), d.protocol) AS rows
            FROM (SELECT f.job, array_agg(f.path) FILTER (WHERE f.kind = 'w') AS objects, coalesce(array_agg(f.path) FILTER (WHERE f.kind = 'p'), '{}') AS present
                  FROM unnest($21::integer[], $22::text[], $23::text[]) AS f(job, path, kind) GROUP BY f.job) w
            JOIN done d ON d.id = ($2::uuid[])[w.job]
            LEFT JOIN LATERAL (SELECT array_agg(v.path) AS paths FROM unnest($14::integer[], $15::text[]) AS v(job, path) WHERE v.job = w.job) v ON true
            WHERE w.objects IS NOT NULL)
        , noted AS MATERIALIZED (
            SELECT sys.notify_change('parameters', $1, array_agg(DISTINCT f.device_id::text))
            FROM (SELECT * FROM gone UNION ALL SELECT * FROM swept) f WHERE f.rows > 0 HAVING count(*) > 0)
        """;

    private const string Tail = " SELECT d.id, d.state, (SELECT count(*) FROM lane l WHERE l.priority IS NOT NULL) AS waiting FROM done d";

    // From the check outwards, so that it is made also where nothing was done.
    private const string TailFree =
        """
        , sure AS MATERIALIZED (SELECT sys.require_rows((SELECT count(*) FROM done), current_setting('app.lanes_freed')::bigint) AS yes)
        SELECT d.id, d.state, 0::bigint FROM sure s0 LEFT JOIN done d ON true
        """;

    private const string AlsoStored = " CROSS JOIN (SELECT count(changed) FROM stored) s";

    private const string AlsoForgotten = AlsoStored + " CROSS JOIN (SELECT count(*) FROM noted) n";

    /// <summary>
    /// Three statements: the tenant; the lanes, with the number of devices that have more to do; and the one that gives a row for each completion that was
    /// written: id, state, devices with more to do. A row without an id says nothing. <c>serialization_failure</c>: <see cref="Careful"/>, please.
    /// </summary>
    public static IEnumerable<NpgsqlBatchCommand> Commands(Guid tenant, IReadOnlyList<Completion> batch) =>
        batch.Any(c => c.State == JobState.Queued) ? Careful(tenant, batch) :
        [
            Sql.Command(Begin, Sql.Text(tenant.ToString())),
            Sql.Command(FreeLanes, Sql.Uuid(tenant), Sql.Uuids([.. batch.Select(c => c.Job.Device)]), Sql.Uuids([.. batch.Select(c => c.Job.Id)])),
            Complete(tenant, batch, "", TailFree),
        ];

    /// <summary>The same three for completions that may be of attempts which are no longer the live ones, or that go back to the queue.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Careful(Guid tenant, IReadOnlyList<Completion> batch) =>
    [
        Sql.Command(Begin, Sql.Text(tenant.ToString())),
        Sql.Command(LockLanes, Sql.Uuid(tenant), Sql.Uuids([.. batch.Select(c => c.Job.Device)])),
        Complete(tenant, batch, Lane, Tail),
    ];

    private static NpgsqlBatchCommand Complete(Guid tenant, IReadOnlyList<Completion> batch, string lane, string tail)
    {
        var hasValues = batch.Any(c => c.Values.Count > 0);
        var forgets = batch.Any(c => c.Forgets);
        var stores = forgets || (hasValues && batch.Any(c => c.StoreValues && c.Values.Count > 0));
        var contacts = batch.Any(c => c.Contact != Contact.Unknown);
        // Few texts, so that each is prepared once a connection.
        var told = batch.Any(c => c.State != JobState.Completed || c.Reason is not null);
        var complete = Sql.Command(Done + (told ? Told : "") + lane + (hasValues ? Kept : "") + (contacts ? Seen : "") + (stores ? lane.Length == 0 && OneProtocol(batch) is not null ? StoredWhole : Stored : "") + (forgets ? Forgotten : "") + tail
                + (forgets ? AlsoForgotten : stores ? AlsoStored : ""),
            Sql.Uuid(tenant),
            Sql.Uuids([.. batch.Select(c => c.Job.Id)]),
            Sql.Array([.. batch.Select(c => c.Job.Attempt)], NpgsqlDbType.Integer),
            Sql.Uuids([.. batch.Select(c => c.Job.Lease.Id)]),
            Sql.Texts([.. batch.Select(c => c.State.Text())]),
            Sql.Array([.. batch.Select(c => c.GiveBackAttempt ? 1 : 0)], NpgsqlDbType.Integer),
            Sql.Array([.. batch.Select(c => c.Delay.TotalSeconds)], NpgsqlDbType.Double),
            Sql.Texts([.. batch.Select(c => c.Fault is null ? null : FaultJson.Write(c.Fault))]),
            Sql.Texts([.. batch.Select(c => Clean(c.Summary))]),
            Sql.Texts([.. batch.Select(c => Clean(c.Reason))]),
            Sql.Array([.. batch.Select(c => (short)c.Contact)], NpgsqlDbType.Smallint),
            Sql.Texts([.. batch.Select(c => c.Values.Count == 0 ? null : JobValues.Write(c.Values))]),
            Sql.Array([.. batch.Select(c => c.Values.Count)], NpgsqlDbType.Integer));
        if (stores) AddValues(complete, batch);
        if (forgets) AddForgotten(complete, batch);
        return complete;
    }

    /// <summary>One notification for everything in the transaction.</summary>
    public static NpgsqlBatchCommand Notify(IReadOnlyList<Completion> batch) => Sql.Command(
        "SELECT sys.notify_jobs($1, $2, $3)",
        Sql.Text(batch.Any(c => c.State == JobState.Queued) ? "q" : ""),
        Sql.Uuids([.. batch.Select(c => c.Job.Tenant)]),
        Sql.Uuids([.. batch.Select(c => c.Job.Id)]));

    private static void AddValues(NpgsqlBatchCommand command, IReadOnlyList<Completion> batch)
    {
        var count = batch.Where(c => c.StoreValues).Sum(c => c.Values.Count);
        var (jobs, devices, paths) = (new int[count], new Guid[count], new string[count]);
        var (values, types, writables) = (new string?[count], new string[count], new bool?[count]);
        var n = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            if (!batch[i].StoreValues) continue;
            foreach (var value in batch[i].Values)
            {
                // PostgreSQL's arrays begin at 1.
                (jobs[n], devices[n], paths[n]) = (i + 1, batch[i].Job.Device, FaultJson.Storable(value.Path));
                (values[n], types[n], writables[n]) = (value.Value is null ? null : FaultJson.Storable(value.Value), FaultJson.Storable(value.Type), value.Writable);
                n++;
            }
        }

        command.Parameters.Add(Sql.Array(jobs, NpgsqlDbType.Integer));
        command.Parameters.Add(Sql.Texts(paths));
        command.Parameters.Add(Sql.Texts(values));
        command.Parameters.Add(Sql.Texts(types));
        command.Parameters.Add(Sql.Array(writables, NpgsqlDbType.Boolean));
        command.Parameters.Add(Sql.Uuids(devices));
        command.Parameters.Add(Sql.Text(OneProtocol(batch)));
    }

    // The protocol of all values that are stored; null where there are several.
    private static string? OneProtocol(IReadOnlyList<Completion> batch)
    {
        string? protocol = null;
        foreach (var completion in batch)
        {
            if (!completion.StoreValues || completion.Values.Count == 0) continue;
            if (protocol is not null && protocol != completion.Job.Protocol) return null;
            protocol = completion.Job.Protocol;
        }

        return protocol;
    }

    private static void AddForgotten(NpgsqlBatchCommand command, IReadOnlyList<Completion> batch)
    {
        var rows = new List<(int Job, string Path, string Kind)>();
        for (var i = 0; i < batch.Count; i++)
        {
            var job = i + 1;
            rows.AddRange(batch[i].Removed.Select(p => (job, p, "g")));
            rows.AddRange(batch[i].Whole.Select(p => (job, p, "w")));
            if (batch[i].Whole.Count > 0) rows.AddRange(batch[i].Present.Select(p => (job, p, "p")));
        }
        command.Parameters.Add(Sql.Array([.. rows.Select(r => r.Job)], NpgsqlDbType.Integer));
        command.Parameters.Add(Sql.Texts([.. rows.Select(r => FaultJson.Storable(r.Path))]));
        command.Parameters.Add(Sql.Texts([.. rows.Select(r => r.Kind)]));
    }

    private static string? Clean(string? text) => text is null ? null : FaultJson.Clean(text);
}
