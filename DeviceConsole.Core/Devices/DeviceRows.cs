using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using Npgsql;

namespace DeviceConsole.Core.Devices;

/// <summary>The columns of a device and how they are read.</summary>
internal static class DeviceRows
{
    /// <summary>The columns of <see cref="Row"/>, of tables d (devices) and c (device_contacts).</summary>
    public const string Columns =
        """
        d.id, d.name, d.serial_number, d.manufacturer, d.model, d.address, d.site, d.tags,
        (SELECT coalesce(array_agg(e.protocol ORDER BY e.protocol), '{}') FROM device_endpoints e WHERE e.tenant_id = d.tenant_id AND e.device_id = d.id),
        nullif(c.last_contact_at, '-infinity'), c.last_failure_at, c.last_failure, d.created_at, d.version
        """;

    /// <summary>How many columns <see cref="Columns"/> has.</summary>
    public const int Count = 14;

    /// <summary>Device and contact of one device: tenant is $1, device $2.</summary>
    public const string SelectOne =
        $"""
        SELECT {Columns}, d.notes, d.updated_at
        FROM devices d JOIN device_contacts c ON c.tenant_id = d.tenant_id AND c.device_id = d.id
        WHERE d.tenant_id = $1 AND d.id = $2
        """;

    /// <summary>A device's endpoints: tenant is $1, device $2.</summary>
    public const string SelectEndpoints =
        "SELECT protocol, identity, settings::text, secret_fields, last_contact_at, secrets FROM device_endpoints WHERE tenant_id = $1 AND device_id = $2 ORDER BY protocol";

    /// <summary>Reads <see cref="Columns"/>.</summary>
    public static DeviceRow Row(NpgsqlDataReader r) => new()
    {
        Id = r.GetGuid(0),
        Name = r.GetString(1),
        SerialNumber = r.GetString(2),
        Manufacturer = r.GetString(3),
        Model = r.GetString(4),
        Address = r.GetString(5),
        Site = r.GetString(6),
        Tags = r.GetFieldValue<string[]>(7),
        Protocols = r.GetFieldValue<string[]>(8),
        LastContactAt = r.TimeOrNull(9),
        LastFailureAt = r.TimeOrNull(10),
        LastFailure = r.TextOrNull(11),
        CreatedAt = r.Time(12),
        Version = r.GetInt32(13),
    };

    /// <summary>Reads <see cref="SelectEndpoints"/>.</summary>
    public static StoredEndpoint Endpoint(NpgsqlDataReader r) => new(
        new DeviceEndpoint(r.GetString(0), r.TextOrNull(1), JsonNode.Parse(r.GetString(2))!.AsObject(), r.GetFieldValue<string[]>(3), r.TimeOrNull(4)),
        r.IsDBNull(5) ? null : r.GetFieldValue<byte[]>(5));
}

/// <summary>An endpoint with its sealed secrets, as they lie in the table.</summary>
internal sealed record StoredEndpoint(DeviceEndpoint Endpoint, byte[]? Sealed);

/// <summary>A device as it lies in the tables.</summary>
internal sealed record StoredDevice(DeviceRow Row, string Notes, DateTimeOffset UpdatedAt, IReadOnlyList<StoredEndpoint> Endpoints)
{
    /// <summary>The device as services give it out.</summary>
    public DeviceDetail Detail => new(Row, Notes, [.. Endpoints.Select(e => e.Endpoint)], UpdatedAt);
}
