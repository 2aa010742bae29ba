using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Gateway;

/// <summary>
/// Takes sessions in the database. The epoch, the session's row, and all that the device told with its call are one transaction, and sessions that begin at the same time share it:
/// after a power cut thousands of devices call that have started, and a transaction of its own for each piece of each would be most of what they cost. Nobody is answered before it is committed.
/// </summary>
internal sealed class SessionOpener
{
    // A notification's payload has room for the keys of so many devices.
    private const int Most = 100;

    private readonly DataSources dataSources;
    private readonly AlarmRules alarms;
    private readonly TimeSpan lease;
    private readonly string interrupted, vanished;
    private readonly SharedLine<(Guid Tenant, string Protocol), SessionOpening, OpenedSession> line;

    public SessionOpener(DataSources dataSources, AlarmRules alarms, IOptions<JobOptions> options, TimeProvider time)
    {
        (this.dataSources, this.alarms, lease) = (dataSources, alarms, options.Value.SessionLease);
        interrupted = FaultJson.Write(new ProtocolFault(FaultClass.Internal, "engine.session-restarted",
            "The device began a new session in the middle of this job. Nobody knows whether it carried it out; look at the device before you run it again."));
        vanished = FaultJson.Write(FaultCodes.Vanished("The device began a new session in the middle of this job."));
        line = new(Most, time, (key, openings) => OpenAllAsync(key.Tenant, key.Protocol, openings)) { Groups = 4, Apart = static o => o.Session.DeviceId };
    }

    /// <summary>Takes a session. Whoever cancels before it was begun leaves nothing behind.</summary>
    public Task<OpenedSession> OpenAsync(SessionOpening opening, CancellationToken cancellationToken) =>
        line.AskAsync((opening.Session.TenantId, opening.Session.Protocol), opening, cancellationToken);

    private async Task<IReadOnlyList<OpenedSession>> OpenAllAsync(Guid tenant, string protocol, IReadOnlyList<SessionOpening> openings)
    {
        // One order of devices for everybody who locks many lanes and connections.
        SessionOpening[] sorted = [.. openings.OrderBy(o => o.Session.DeviceId)];
        var opened = new Dictionary<Guid, OpenedSession>(sorted.Length);
        await using (var batch = TenantBatch.OfFixedPlans(dataSources.Devices, tenant))
        {
            Add(batch, tenant, protocol, sorted);
            await using var reader = await batch.ReadAsync(CancellationToken.None);
            // An insert gives no rows, so that the epochs come next.
            if (sorted.Length > 1) await reader.NextResultAsync(CancellationToken.None);
            while (await reader.ReadAsync(CancellationToken.None))
                opened[reader.GetGuid(0)] = new OpenedSession(reader.GetInt64(1), reader.IsDBNull(2) ? [] : CollisionStore.Latest(IdentityPlace.ReadAll(reader.GetString(2)), reader.Time(3)), reader.GetBoolean(4));
            await reader.FinishAsync(CancellationToken.None);
        }
        if (sorted.Any(o => o.Events.Count > 0))
            await alarms.NoteAsync(tenant, [.. openings.SelectMany(o => o.Events.Select(e => (o.Session.DeviceId, e)))], CancellationToken.None);
        return [.. openings.Select(o => opened[o.Session.DeviceId])];
    }

    private void Add(TenantBatch batch, Guid tenant, string protocol, SessionOpening[] openings)
    {
        // One whose lane somebody holds must not hold the others up: they are tried one by one then, and it waits alone.
        if (openings.Length > 1) batch.Add(OpeningStatements.NotLong);
        NpgsqlParameter Devices(IEnumerable<SessionOpening> of) => Sql.Uuids([.. of.Select(o => o.Session.DeviceId)]);
        batch.Add(OpeningStatements.LockLanes, Sql.Uuid(tenant), Devices(openings))
            .Add(OpeningStatements.Open, Sql.Uuid(tenant), Devices(openings), Sql.Text(protocol), Sql.Uuids([.. openings.Select(o => o.Session.Node)]), Sql.Interval(lease), Sql.Json(interrupted), Sql.Json(vanished),
                Sql.Texts([.. openings.Select(o => o.Place is { } place ? IdentityPlace.Write([place]) : null)]))
            .Add(OpeningStatements.Seen, Sql.Uuid(tenant), Devices(openings), Sql.Text(protocol))
            .Add(OpeningStatements.Record, Sql.Uuid(tenant), Devices(openings), Sql.Text(protocol), Sql.Uuids([.. openings.Select(o => o.Session.Id)]),
                Sql.Array([.. openings.Select(o => o.OpenedAt.UtcDateTime)], NpgsqlDbType.TimestampTz), Sql.Texts([.. openings.Select(o => o.Transport)]),
                Sql.Texts([.. openings.Select(o => o.Remote?.ToString())]), Sql.Uuids([.. openings.Select(o => o.Session.Node)]));
        if (openings.SelectMany(o => o.Reported.Select(v => (o.Session.DeviceId, Value: v))).ToArray() is { Length: > 0 } values)
            batch.Add(OpeningStatements.Store, Sql.Uuid(tenant), Sql.Text(protocol), Sql.Uuids([.. values.Select(v => v.DeviceId)]), Sql.Texts([.. values.Select(v => FaultJson.Storable(v.Value.Path))]),
                Sql.Texts([.. values.Select(v => v.Value.Value is { } text ? FaultJson.Storable(text) : null)]), Sql.Texts([.. values.Select(v => FaultJson.Storable(v.Value.Type))]),
                Sql.Array([.. values.Select(v => v.Value.Writable)], NpgsqlDbType.Boolean));
        if (openings.Where(o => o.Learnt is not null).ToArray() is { Length: > 0 } learnt)
            batch.Add(OpeningStatements.Learn, Sql.Uuid(tenant), Devices(learnt), Sql.Text(protocol), Sql.Texts([.. learnt.Select(o => o.Learnt)]));
        if (openings.Where(o => o.Facts is not null).ToArray() is { Length: > 0 } described)
            batch.Add(OpeningStatements.Describe, Sql.Uuid(tenant), Devices(described), Texts(described, f => f.Manufacturer), Texts(described, f => f.Model), Texts(described, f => f.SerialNumber));
        if (openings.SelectMany(o => o.Events.Select(e => (o.Session.DeviceId, Told: e))).ToArray() is { Length: > 0 } events)
            batch.Add(OpeningStatements.Tell, Sql.Uuid(tenant), Sql.Uuids([.. events.Select(e => e.DeviceId)]), Sql.Text(protocol), Sql.Uuids([.. events.Select(_ => Guid.CreateVersion7()).Order()]),
                Sql.Texts([.. events.Select(e => e.Told.Kind)]), Sql.Texts([.. events.Select(e => e.Told.Message)]), Sql.Texts([.. events.Select(e => e.Told.Detail)]));
    }

    private static NpgsqlParameter Texts(SessionOpening[] openings, Func<DeviceFacts, string?> text) => Sql.Texts([.. openings.Select(o => DeviceGateway.Short(text(o.Facts!)))]);
}
