using System.Net;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Traps;

/// <summary>Where receivers of notifications look up devices, and hand over what came.</summary>
internal sealed class TrapDesk(DataSources dataSources, DeviceSecrets secrets, CallLog log, TrapStore store, TrapHosts hosts) : INotificationDesk
{
    private const string Engine =
        """
        WITH made AS (INSERT INTO notification_engines (receiver, engine_id) VALUES ($1, $2) ON CONFLICT (receiver) DO NOTHING),
             -- A clock that went back begins anew, and says so by its boots.
             reset AS (UPDATE notification_engines SET boots = boots + 1, started_at = now() WHERE receiver = $1 AND (started_at > now() OR started_at < now() - interval '60 years') RETURNING 1)
        SELECT (SELECT count(*) FROM reset)
        """;

    /// <inheritdoc />
    public async Task<ReceiverEngine> EngineAsync(string receiver, byte[] proposed, CancellationToken cancellationToken)
    {
        await using var make = dataSources.App.CreateCommand(Engine);
        make.Parameters.Add(Sql.Text(receiver));
        make.Parameters.Add(Sql.Bytes(proposed));
        await make.ExecuteNonQueryAsync(cancellationToken);
        await using var read = dataSources.App.CreateCommand("SELECT engine_id, boots, extract(epoch FROM now() - started_at)::double precision FROM notification_engines WHERE receiver = $1");
        read.Parameters.Add(Sql.Text(receiver));
        await using var reader = await read.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new ReceiverEngine(reader.GetFieldValue<byte[]>(0), reader.GetInt32(1), TimeSpan.FromSeconds(Math.Max(0, reader.GetDouble(2))));
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<ProtocolTarget>> DevicesAtAsync(string protocol, IPAddress source, CancellationToken cancellationToken)
    {
        var address = (source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source).ToString();
        List<(Guid Tenant, Guid Device)> found;
        await using (var command = dataSources.App.CreateCommand("SELECT tenant_id, device_id FROM sys.endpoints_at($1, $2)"))
        {
            command.Parameters.Add(Sql.Text(protocol));
            command.Parameters.Add(Sql.Texts([address, $"[{address}]"]));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            found = await reader.ListAsync(r => (r.GetGuid(0), r.GetGuid(1)), cancellationToken);
        }

        found.AddRange(await hosts.FindAsync(protocol, source, cancellationToken));
        return await TargetsAsync(protocol, found, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<ProtocolTarget>> DevicesOfEngineAsync(string protocol, string engine, CancellationToken cancellationToken)
    {
        await using var command = dataSources.App.CreateCommand("SELECT tenant_id, device_id FROM sys.endpoints_of_engine($1, $2)");
        command.Parameters.Add(Sql.Text(protocol));
        command.Parameters.Add(Sql.Text(engine));
        List<(Guid Tenant, Guid Device)> found;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken)) found = await reader.ListAsync(r => (r.GetGuid(0), r.GetGuid(1)), cancellationToken);
        return await TargetsAsync(protocol, found, cancellationToken);
    }

    private async Task<IReadOnlyList<ProtocolTarget>> TargetsAsync(string protocol, List<(Guid Tenant, Guid Device)> found, CancellationToken cancellationToken)
    {
        var targets = new List<ProtocolTarget>();
        foreach (var tenant in found.Distinct().GroupBy(f => f.Tenant))
        {
            var loads = await secrets.LoadTargetsAsync(tenant.Key, [.. tenant.Select(d => (d.Device, protocol))], cancellationToken);
            targets.AddRange(loads.Values.Where(l => l.Target is not null).Select(l => l.Target!));
        }

        return targets;
    }

    /// <inheritdoc />
    public bool TryDeliver(ReceivedNotification notification) => store.TryAdd(notification);

    /// <inheritdoc />
    public void Refuse(Guid? tenant, DeviceCall call, string reason) =>
        log.Add(new AttemptNote(tenant ?? Tenant.Platform, call.Protocol, call.Identity, call.Remote, call.Transport, false, reason));
}
