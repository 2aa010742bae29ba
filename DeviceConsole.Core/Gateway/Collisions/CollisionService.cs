using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Gateway;

/// <summary>Identities that two places claimed, and what people decide about them.</summary>
public sealed class CollisionService
{
    private const string Columns =
        """
        SELECT c.id, c.device_id, d.name, e.identity, c.protocol, c.kind, c.known::text, c.other::text, c.refused, c.calls, c.first_at, c.last_at, c.state, c.resolved_at, c.resolved_by
        FROM identity_collisions c JOIN devices d ON d.tenant_id = $1 AND d.id = c.device_id
        LEFT JOIN device_endpoints e ON e.tenant_id = $1 AND e.device_id = c.device_id AND e.protocol = c.protocol
        WHERE c.tenant_id = $1 AND ($2::uuid[] IS NULL OR c.device_id = ANY ($2))
        """;

    // $3 state, $4 by whom, $5 the places from now on. Whoever is connected has to prove itself again.
    private const string Decide =
        """
        WITH decided AS (
            UPDATE identity_collisions c SET state = $3, resolved_at = now(), resolved_by = $4 WHERE c.tenant_id = $1 AND c.id = $2 RETURNING c.device_id, c.protocol),
        placed AS (
            UPDATE connections n SET places = coalesce($5, n.places), lease_until = CASE WHEN $3 = 'blocked' THEN least(n.lease_until, now()) ELSE n.lease_until END
            FROM decided x WHERE n.tenant_id = $1 AND n.device_id = x.device_id AND n.protocol = x.protocol)
        SELECT EXISTS (SELECT FROM identity_collisions o WHERE o.tenant_id = $1 AND o.device_id = x.device_id AND o.state = 'open' AND o.id <> $2) FROM decided x
        """;

    private const string Tell =
        """
        WITH told AS (INSERT INTO device_events (tenant_id, device_id, id, protocol, kind, message) VALUES ($1, $2, $3, $4, $5, $6) RETURNING 1)
        SELECT sys.notify_change('events', $1, ARRAY[$2::text]) FROM told
        """;

    private readonly DataSources dataSources;
    private readonly CollisionStore store;
    private readonly AlarmRules alarms;

    /// <summary>One for the process.</summary>
    internal CollisionService(DataSources dataSources, CollisionStore store, AlarmRules alarms) => (this.dataSources, this.store, this.alarms) = (dataSources, store, alarms);

    /// <summary>At most 500, those that nobody decided first, then the newest: of one device, or of all.</summary>
    public async Task<Result<IReadOnlyList<IdentityCollision>>> ListAsync(Caller caller, Guid? device, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see identity collisions");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(Columns + " AND ($3::uuid IS NULL OR c.device_id = $3) ORDER BY c.state <> 'open', c.last_at DESC, c.id LIMIT 500",
            Sql.Uuid(caller.Tenant), Sql.Uuids(caller.Scope.ToArray()), Sql.Uuid(device));
        return await batch.ListAsync(Read, cancellationToken);
    }

    /// <summary>
    /// Decides which is the device. <see cref="CollisionState.Blocked"/>: the known one, and the other is not let in any more. <see cref="CollisionState.Moved"/>: the other one.
    /// <see cref="CollisionState.Ignored"/>: both. Needs <see cref="Rights.ManageDevices"/>.
    /// </summary>
    public async Task<Result<Done>> ResolveAsync(Caller caller, Guid id, CollisionState answer, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("decide identity collisions");
        if (await FindAsync(caller, id, cancellationToken) is not { } found) return Problem.NotFound("identity collision");
        if (answer == CollisionState.Open) return Problem.Invalid("answer", "Choose what to do: blocked, moved or ignored.");
        if (answer == CollisionState.Moved && found.Refused)
            return Problem.Invalid("answer", "The other one did not prove that it is the device, so it cannot take its place. Enter its credentials in the device's settings if it is the right one.");
        var others = await DecideAsync(caller, found, answer, cancellationToken);
        store.Forget(caller.Tenant);
        // The alarm is one a device: it goes with the last collision.
        if (!others) await alarms.NoteAsync(caller.Tenant, found.DeviceId, new AlarmEvent(found.Protocol, CollisionStore.Resolved, Words(found, answer), null), cancellationToken);
        return new Done();
    }

    // True where the device has others that nobody decided.
    private async Task<bool> DecideAsync(Caller caller, IdentityCollision found, CollisionState answer, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(Decide, Sql.Uuid(caller.Tenant), Sql.Uuid(found.Id), Sql.Text(answer.Text()), Sql.Text(caller.ActorName), Sql.Json(PlacesAfter(found, answer)));
        batch.Add(AuditLog.Command(caller, new AuditEntry("collision.resolve", "device", found.DeviceId.ToString(), Words(found, answer))));
        batch.Add(SessionStatements.Changed, Sql.Text("collisions"), Sql.Uuid(caller.Tenant), Sql.Texts([found.DeviceId.ToString()]));
        // Whoever remembers the device reads it anew.
        batch.Add(SessionStatements.Changed, Sql.Text("endpoints"), Sql.Uuid(caller.Tenant), Sql.Texts([found.DeviceId.ToString()]));
        batch.Add(Tell, Sql.Uuid(caller.Tenant), Sql.Uuid(found.DeviceId), Sql.Uuid(Guid.CreateVersion7()), Sql.Text(found.Protocol), Sql.Text(CollisionStore.Resolved), Sql.Text(Words(found, answer)));
        return (await batch.ListAsync(r => r.GetBoolean(0), cancellationToken)) is [true];
    }

    /// <summary>Takes a decision back: a blocked place is let in again, and the two are looked at anew when they call. Needs <see cref="Rights.ManageDevices"/>.</summary>
    public async Task<Result<Done>> ForgetAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("decide identity collisions");
        if (await FindAsync(caller, id, cancellationToken) is not { } found) return Problem.NotFound("identity collision");
        if (found.State == CollisionState.Open) return Problem.Invalid("id", "Nobody decided this collision yet: there is nothing to take back.");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("DELETE FROM identity_collisions WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        batch.Add(AuditLog.Command(caller, new AuditEntry("collision.forget", "device", found.DeviceId.ToString(), $"Took the decision about the identity collision of {found.DeviceName} back.")));
        batch.Add(SessionStatements.Changed, Sql.Text("collisions"), Sql.Uuid(caller.Tenant), Sql.Texts([found.DeviceId.ToString()]));
        await batch.ExecuteAsync(cancellationToken);
        store.Forget(caller.Tenant);
        return new Done();
    }

    private async Task<IdentityCollision?> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(Columns + " AND c.id = $3", Sql.Uuid(caller.Tenant), Sql.Uuids(caller.Scope.ToArray()), Sql.Uuid(id));
        return (await batch.ListAsync(Read, cancellationToken)).FirstOrDefault();
    }

    private static string? PlacesAfter(IdentityCollision found, CollisionState answer) => answer switch
    {
        CollisionState.Blocked => IdentityPlace.Write([found.Known]),
        CollisionState.Moved => IdentityPlace.Write([found.Other]),
        _ => null,
    };

    private static string Words(IdentityCollision found, CollisionState answer) => answer switch
    {
        CollisionState.Blocked => $"The one from {Where(found.Known)} is {found.DeviceName}; the one from {Where(found.Other)} is not let in any more.",
        CollisionState.Moved => $"{found.DeviceName} has moved: it is now the one from {Where(found.Other)}.",
        _ => $"What was seen of {found.DeviceName} from {Where(found.Known)} and {Where(found.Other)} is in order.",
    };

    private static string Where(IdentityPlace place) => place.Remote ?? "an unknown address";

    private static IdentityCollision Read(NpgsqlDataReader r) => new(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.TextOrNull(3), r.GetString(4), CollisionWords.Kind(r.GetString(5)),
        IdentityPlace.Read(r.GetString(6)), IdentityPlace.Read(r.GetString(7)), r.GetBoolean(8), r.GetInt32(9), r.Time(10), r.Time(11), CollisionWords.ParseState(r.GetString(12))!.Value,
        r.TimeOrNull(13), r.TextOrNull(14));
}
