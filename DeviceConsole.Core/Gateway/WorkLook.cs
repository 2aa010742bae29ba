using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using NpgsqlTypes;

namespace DeviceConsole.Core.Gateway;

/// <summary>What a look for work found.</summary>
/// <param name="IsRight">False where the device was let in by what was remembered of its endpoint, and the endpoint has changed since: it has to prove itself again.</param>
/// <param name="MayHaveWork">False where there is nothing to do for the device.</param>
internal readonly record struct WorkFound(bool IsRight, bool MayHaveWork);

/// <summary>
/// Looks whether there may be work for sessions: those of a tenant that ask at the same time share a statement. Nothing is locked, so that a device without
/// work costs no transaction that has to be synced. A device that calls alone does not wait for others.
/// </summary>
internal sealed class WorkLook(DataSources dataSources, TimeProvider time)
{
    private const int BatchSize = 200;

    // Scalar subqueries with a limit: the planner must not turn them round and read all jobs or endpoints of the tenant.
    private const string Statement =
        """
        SELECT w.n::integer,
               w.stamp IS NULL OR coalesce((SELECT greatest(e.updated_at, c.updated_at) = w.stamp FROM device_endpoints e LEFT JOIN credential_templates c ON c.tenant_id = $1 AND c.id = e.template_id
                   WHERE e.tenant_id = $1 AND e.device_id = w.device AND e.protocol = w.protocol LIMIT 1), false),
               coalesce((SELECT true FROM jobs j WHERE j.tenant_id = $1 AND j.device_id = w.device AND j.session_bound AND j.state = 'queued' AND j.run_at <= now() LIMIT 1),
                   (SELECT true FROM jobs j WHERE j.tenant_id = $1 AND j.device_id = w.device AND j.state = 'running' LIMIT 1), false)
        FROM unnest($2::uuid[], $3::text[], $4::timestamptz[]) WITH ORDINALITY AS w(device, protocol, stamp, n)
        """;

    private readonly SharedLine<Guid, Request, WorkFound> line = new(BatchSize, time, async (tenant, requests) =>
    {
        var found = new WorkFound[requests.Count];
        await using var batch = TenantBatch.OfFixedPlans(dataSources.Devices, tenant);
        batch.Add(Statement, Sql.Uuid(tenant), Sql.Uuids([.. requests.Select(r => r.Device)]), Sql.Texts([.. requests.Select(r => r.Protocol)]),
            Sql.Array([.. requests.Select(r => r.Stamp?.UtcDateTime)], NpgsqlDbType.TimestampTz));
        foreach (var (n, one) in await batch.ListAsync(r => (r.GetInt32(0), new WorkFound(r.GetBoolean(1), r.GetBoolean(2))), CancellationToken.None)) found[n - 1] = one;
        return found;
    });

    /// <summary>Looks.</summary>
    /// <param name="session">Of whom.</param>
    /// <param name="stamp">When the remembered endpoint was changed last; null where it was read as the session began.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<WorkFound> AskAsync(DeviceSession session, DateTimeOffset? stamp, CancellationToken cancellationToken) =>
        line.AskAsync(session.TenantId, new Request(session.DeviceId, session.Protocol, stamp), cancellationToken).WaitAsync(cancellationToken);

    private sealed record Request(Guid Device, string Protocol, DateTimeOffset? Stamp);
}
