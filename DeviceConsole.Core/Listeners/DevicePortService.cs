using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Listeners;

/// <summary>The ports that devices call, beside the built-in one; a row for the built-in one's number changes how that behaves. Platform administrators only.</summary>
public sealed class DevicePortService(DataSources dataSources, ReservedPorts reserved)
{
    /// <summary>More names than a port has.</summary>
    public const int MaximumNames = 100;

    /// <summary>All of them, by number.</summary>
    public async Task<Result<IReadOnlyList<DevicePort>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!PlatformWork.Allows(caller)) return Problem.Forbidden("see the ports of devices");
        return Found(await ReadAsync(dataSources, cancellationToken));
    }

    /// <summary>Adds or changes one; every node opens it within seconds.</summary>
    public async Task<Result<Done>> SaveAsync(Caller caller, DevicePort port, CancellationToken cancellationToken)
    {
        if (!PlatformWork.Allows(caller)) return Problem.Forbidden("change the ports of devices");
        var names = port.Names.Select(n => n with { Host = n.Host.Trim().ToLowerInvariant() }).ToList();
        if (Check(port, names) is { } problem) return problem;
        try
        {
            await PlatformWork.RunAsync(dataSources, caller,
                new AuditEntry("device-port.save", "device_port", $"{port.Port}", $"Port {port.Port} for devices, {(port.ProfileId is null ? "without" : "with")} TLS{(port.ProxyProtocol ? ", PROXY headers from trusted balancers" : "")}."),
                "SELECT sys.platform_save_device_port($1, $2, $3, $4, $5, $6)",
                [
                    Sql.Int(port.Port), Sql.Uuid(port.ProfileId), Sql.Bool(port.ProxyProtocol), Sql.Text(port.Note.Trim()),
                    Sql.Texts([.. names.Select(n => n.Host)]), Sql.Uuids([.. names.Select(n => n.ProfileId)]),
                ], cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return Problem.Invalid("profileId", "Choose a TLS profile; make one first where there is none.");
        }
        return new Done();
    }

    /// <summary>Removes one; its connections end.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, int port, CancellationToken cancellationToken)
    {
        if (!PlatformWork.Allows(caller)) return Problem.Forbidden("remove ports of devices");
        var found = await PlatformWork.RunAsync(dataSources, caller, new AuditEntry("device-port.delete", "device_port", $"{port}", $"Removed port {port} for devices."),
            "SELECT sys.platform_delete_device_port($1)", [Sql.Int(port)], cancellationToken);
        return found ? new Done() : Problem.NotFound("port");
    }

    internal static async Task<List<DevicePort>> ReadAsync(DataSources dataSources, CancellationToken cancellationToken)
    {
        await using var command = dataSources.App.CreateCommand(
            """
            SELECT d.port, d.tls_profile_id, d.proxy_protocol, d.note, array(SELECT n.host FROM device_port_names n WHERE n.port = d.port ORDER BY n.host),
                   array(SELECT n.tls_profile_id FROM device_port_names n WHERE n.port = d.port ORDER BY n.host)
            FROM device_ports d ORDER BY d.port
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ListAsync(r => new DevicePort(r.GetInt32(0), r.UuidOrNull(1), r.GetBoolean(2), r.GetString(3),
            [.. r.GetFieldValue<string[]>(4).Zip(r.GetFieldValue<Guid[]>(5), (host, profile) => new DevicePortName(host, profile))]), cancellationToken);
    }

    private Problem? Check(DevicePort port, List<DevicePortName> names)
    {
        if (port.Port is < 1 or > 65_535) return Problem.Invalid("port", "A port is a number from 1 to 65535.");
        if (reserved.Ports.Contains(port.Port)) return Problem.Invalid("port", "That port is the one of people, or of health and metrics; devices need another.");
        if (port.Note.Length > 500) return Problem.Invalid("note", "A note has at most 500 characters.");
        if (names.Count > MaximumNames) return Problem.Invalid("names", $"A port has at most {MaximumNames} host names with profiles of their own.");
        if (names.Count > 0 && port.ProfileId is null) return Problem.Invalid("profileId", "Host names need TLS on the port: choose the TLS profile for all other names, too.");
        if (names.Find(n => Uri.CheckHostName(n.Host) != UriHostNameType.Dns && !HostNames.IsWildcard(n.Host)) is { } wrong)
            return Problem.Invalid("names", $"\"{wrong.Host}\" is no host name; write it like acs.example.net or *.example.net.");
        return names.Select(n => n.Host).Distinct().Count() == names.Count ? null : Problem.Invalid("names", "A host name is there twice.");
    }

    private static Result<IReadOnlyList<DevicePort>> Found(List<DevicePort> ports) => ports;
}
