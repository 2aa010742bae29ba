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
        """
        SELECT e.protocol, e.identity, (CASE WHEN t.id IS NULL THEN e.settings ELSE e.settings || t.settings END)::text, coalesce(t.secret_fields, e.secret_fields), e.last_contact_at, e.secrets, t.id, t.name
        FROM device_endpoints e LEFT JOIN credential_templates t ON t.tenant_id = e.tenant_id AND t.id = e.template_id
        WHERE e.tenant_id = $1 AND e.device_id = $2 ORDER BY e.protocol
        """;

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
        new DeviceEndpoint(r.GetString(0), r.TextOrNull(1), JsonNode.Parse(r.GetString(2))!.AsObject(), r.GetFieldValue<string[]>(3), r.TimeOrNull(4)) { TemplateId = r.UuidOrNull(6), TemplateName = r.TextOrNull(7) },
        r.IsDBNull(5) ? null : r.GetFieldValue<byte[]>(5));
}

/// <summary>An endpoint with its sealed secrets, as they lie in the table.</summary>
internal sealed record StoredEndpoint(DeviceEndpoint Endpoint, byte[]? Sealed)
{
    /// <summary>Which credentials of its own are set.</summary>
    public IReadOnlyList<string> OwnSecrets => Endpoint.TemplateId is null ? Endpoint.SecretsSet : [];
}

/// <summary>A device as it lies in the tables.</summary>
internal sealed record StoredDevice(DeviceRow Row, string Notes, DateTimeOffset UpdatedAt, IReadOnlyList<StoredEndpoint> Endpoints)
{
    /// <summary>The device as services give it out.</summary>
    public DeviceDetail Detail => new(Row, Notes, [.. Endpoints.Select(e => e.Endpoint)], UpdatedAt);
}
