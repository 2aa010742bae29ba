using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DeviceConsole.Core.Gateway;

/// <summary>Writes what does not go together, tells it once, and knows which places are blocked.</summary>
internal sealed partial class CollisionStore
{
    public const string Collision = "identity-collision", Resolved = "identity-collision-resolved";

    private const int MaximumHeld = 2_000, MaximumPlaces = 200_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    // $12 the event's id, $13 its words, $14 its values. At most 50 a device: whoever knows a serial number must not fill the table. Told when it is new, or came up again after a move.
    private const string Note =
        """
        WITH noted AS (
            INSERT INTO identity_collisions AS c (tenant_id, id, device_id, protocol, kind, known_mark, other_mark, pair, known, other, refused)
            SELECT $1, $4, $2, $3, $5, $6, $7, $8, $9, $10, $11
            WHERE EXISTS (SELECT FROM devices d WHERE d.tenant_id = $1 AND d.id = $2)
              AND ((SELECT count(*) FROM identity_collisions k WHERE k.tenant_id = $1 AND k.device_id = $2) < 50
                   OR EXISTS (SELECT FROM identity_collisions k WHERE k.tenant_id = $1 AND k.device_id = $2 AND k.protocol = $3 AND k.pair = $8))
            ON CONFLICT (tenant_id, device_id, protocol, pair) DO UPDATE SET
                calls = CASE WHEN c.state = 'moved' THEN 1 ELSE least(c.calls, 1000000000) + 1 END, last_at = now(), first_at = CASE WHEN c.state = 'moved' THEN now() ELSE c.first_at END,
                known = CASE WHEN c.state = 'moved' THEN excluded.known ELSE c.known END, other = CASE WHEN c.state = 'moved' THEN excluded.other ELSE c.other END,
                known_mark = CASE WHEN c.state = 'moved' THEN excluded.known_mark ELSE c.known_mark END, other_mark = CASE WHEN c.state = 'moved' THEN excluded.other_mark ELSE c.other_mark END,
                resolved_at = CASE WHEN c.state <> 'moved' THEN c.resolved_at END, resolved_by = CASE WHEN c.state <> 'moved' THEN c.resolved_by END,
                state = CASE WHEN c.state = 'moved' THEN 'open' ELSE c.state END
            RETURNING c.calls = 1 AS news),
        told AS (INSERT INTO device_events (tenant_id, device_id, id, protocol, kind, message, detail) SELECT $1, $2, $12, $3, 'identity-collision', $13, $14 FROM noted n WHERE n.news RETURNING 1)
        SELECT n.news, sys.notify_change('collisions', $1, ARRAY[$2::text]), (SELECT sys.notify_change('events', $1, ARRAY[$2::text]) FROM told) FROM noted n
        """;

    // Only the session that saw it writes: $5 its epoch.
    private const string Remember = "UPDATE connections c SET places = $4 WHERE c.tenant_id = $1 AND c.device_id = $2 AND c.protocol = $3 AND c.epoch = $5";

    private readonly DataSources dataSources;
    private readonly AlarmRules alarms;
    private readonly TimeProvider time;
    private readonly ILogger<CollisionStore> logger;
    private readonly TimedCache<Guid, HashSet<(Guid Device, string Protocol, string Mark)>> blocked;
    private readonly ConcurrentDictionary<(Guid Device, string Mark), long> lately = new();
    private readonly ConcurrentDictionary<(Guid Device, string Protocol), (int Print, DateTimeOffset At)> last = new();

    /// <summary>One for the process. What another node blocks is heard at once, and seen after 10 s where the notice is lost.</summary>
    public CollisionStore(DataSources dataSources, AlarmRules alarms, JobListener listener, TimeProvider time, ILogger<CollisionStore> logger)
    {
        (this.dataSources, this.alarms, this.time, this.logger) = (dataSources, alarms, time, logger);
        blocked = new(TimeSpan.FromSeconds(10), 10_000, time);
        listener.ChangeNoticed += OnNoticed;
    }

    /// <summary>A session was opened from a place. A note that cannot be written is left out: the session goes on.</summary>
    public async Task SeenAsync(DeviceSession session, IReadOnlyList<IdentityPlace> known, IdentityPlace now, bool displaces)
    {
        var (places, found) = IdentityWatch.Compare(Seen(session, known), now, displaces);
        if (last.Count >= MaximumPlaces) last.Clear();
        last[(session.DeviceId, session.Protocol)] = (now.Print, now.At);
        // The first place is written with the session.
        if (places is null || known.Count == 0) return;
        try
        {
            await using (var batch = new TenantBatch(dataSources.Devices, session.TenantId))
            {
                batch.Add(Remember, Sql.Uuid(session.TenantId), Sql.Uuid(session.DeviceId), Sql.Text(session.Protocol), Sql.Json(IdentityPlace.Write(places)), Sql.Long(session.Epoch));
                // On no node its sessions are quiet before they were compared with this place.
                batch.Add(SessionStatements.Changed, Sql.Text("endpoints"), Sql.Uuid(session.TenantId), Sql.Texts([session.DeviceId.ToString()]));
                await batch.ExecuteAsync(CancellationToken.None);
            }
            if (found is not null) await NoteAsync(session.TenantId, session.DeviceId, session.Protocol, found, refused: false);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            LogLost(session.DeviceId, e.Message);
        }
    }

    /// <summary>True where the call comes from the place of the device's last call to this node, and from there alone.</summary>
    public bool IsLastPlace(Guid device, DeviceCall call)
    {
        var place = IdentityPlace.Of(call, time.GetUtcNow());
        if (!last.TryGetValue((device, call.Protocol), out var before) || before.Print != place.Print) return false;
        last[(device, call.Protocol)] = (place.Print, place.At);
        return true;
    }

    // Quiet sessions are in no table: this node knows when it saw the device last.
    private IReadOnlyList<IdentityPlace> Seen(DeviceSession session, IReadOnlyList<IdentityPlace> known) => !last.TryGetValue((session.DeviceId, session.Protocol), out var before) ? known
        : [.. known.Select(k => k.Print == before.Print && k.At < before.At ? k with { At = before.At } : k)];

    /// <summary>Something called as the device and did not prove it. Written aside, so that the answer takes as long as for an unknown device; a place is noted every 10 s.</summary>
    public void Refused(Guid tenant, Guid device, DeviceCall call, CollisionKind kind)
    {
        var place = IdentityPlace.Of(call, time.GetUtcNow());
        if (place.Mark(CollisionKind.Address) is not { } mark) return;
        if (lately.TryGetValue((device, mark), out var since) && time.GetElapsedTime(since) < Pause) return;
        if (lately.Count >= MaximumHeld) lately.Clear();
        lately[(device, mark)] = time.GetTimestamp();
        _ = NoteRefusedAsync(tenant, device, call.Protocol, place, kind);
    }

    /// <summary>True where one of the call's marks was blocked for the device.</summary>
    public async ValueTask<bool> IsBlockedAsync(Guid tenant, Guid device, DeviceCall call, CancellationToken cancellationToken)
    {
        var marks = await blocked.GetAsync(tenant, LoadBlockedAsync, cancellationToken);
        if (marks is not { Count: > 0 }) return false;
        var place = IdentityPlace.Of(call, time.GetUtcNow());
        return Enum.GetValues<CollisionKind>().Any(kind => place.Mark(kind) is { } mark && marks.Contains((device, call.Protocol, mark)));
    }

    /// <summary>What is blocked has changed on this node; the others hear of it.</summary>
    public void Forget(Guid tenant) => blocked.Forget(tenant);

    // Payload: topic:tenant:keys.
    private void OnNoticed(string payload)
    {
        if (payload.StartsWith("collisions:", StringComparison.Ordinal) && payload.Split(':', 3) is [_, var id, _] && Guid.TryParseExact(id, "N", out var tenant)) blocked.Forget(tenant);
    }

    private async Task NoteRefusedAsync(Guid tenant, Guid device, string protocol, IdentityPlace place, CollisionKind kind)
    {
        try
        {
            await using var batch = new TenantBatch(dataSources.App, tenant);
            batch.Add("SELECT c.places::text, c.opened_at FROM connections c WHERE c.tenant_id = $1 AND c.device_id = $2 AND c.protocol = $3", Sql.Uuid(tenant), Sql.Uuid(device), Sql.Text(protocol));
            var known = (await batch.ListAsync(r => Latest(IdentityPlace.ReadAll(r.TextOrNull(0)), r.Time(1)), CancellationToken.None)).FirstOrDefault() ?? [];
            if (IdentityWatch.Refused(known, place, kind) is { } found) await NoteAsync(tenant, device, protocol, found, refused: true);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or ObjectDisposedException)
        {
            LogLost(device, e.Message);
        }
    }

    /// <summary>The places, with the moment at which the newest was last seen.</summary>
    internal static IReadOnlyList<IdentityPlace> Latest(IReadOnlyList<IdentityPlace> places, DateTimeOffset opened) =>
        places.Count == 0 ? places : [places[0] with { At = opened }, .. places.Skip(1)];

    private async Task NoteAsync(Guid tenant, Guid device, string protocol, FoundCollision found, bool refused)
    {
        var message = FaultJson.Clean(refused ? found.RefusedMessage : found.Message);
        var detail = new JsonObject { ["from"] = found.Other.Remote, ["other"] = found.Known.Remote, ["kind"] = found.Kind.Text() }.ToJsonString();
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(Note, Sql.Uuid(tenant), Sql.Uuid(device), Sql.Text(protocol), Sql.Uuid(Guid.CreateVersion7()), Sql.Text(found.Kind.Text()), Sql.Text(found.KnownMark), Sql.Text(found.OtherMark),
            Sql.Bytes(Pair(found)), Sql.Json(IdentityPlace.Write(found.Known)), Sql.Json(IdentityPlace.Write(found.Other)), Sql.Bool(refused),
            Sql.Uuid(Guid.CreateVersion7()), Sql.Text(message), Sql.Json(detail));
        if ((await batch.ListAsync(r => r.GetBoolean(0), CancellationToken.None)) is [true])
            await alarms.NoteAsync(tenant, device, new AlarmEvent(protocol, Collision, message, detail), CancellationToken.None);
    }

    // The same two, whichever came first.
    private static byte[] Pair(FoundCollision found)
    {
        string[] marks = [found.KnownMark, found.OtherMark];
        Array.Sort(marks, StringComparer.Ordinal);
        return SHA256.HashData(Encoding.UTF8.GetBytes($"{found.Kind.Text()}\n{marks[0]}\n{marks[1]}"));
    }

    private async Task<HashSet<(Guid Device, string Protocol, string Mark)>?> LoadBlockedAsync(Guid tenant, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT device_id, protocol, other_mark FROM identity_collisions WHERE tenant_id = $1 AND state = 'blocked'", Sql.Uuid(tenant));
        return [.. await batch.ListAsync(r => (r.GetGuid(0), r.GetString(1), r.GetString(2)), cancellationToken)];
    }

    [LoggerMessage(2661, LogLevel.Warning, "From where device {Device} called could not be noted: {Reason}")]
    private partial void LogLost(Guid device, string reason);
}
