using System.Net;
using DeviceConsole.Core.Data;
using Npgsql;

namespace DeviceConsole.Core.Discovery;

/// <summary>Findings with the names of their devices and templates.</summary>
internal static class FindingRows
{
    /// <summary>Tenant is $1, scan $2; goes on with AND.</summary>
    public const string Select =
        """
        SELECT host(f.address), f.seen_at, f.name, f.description, f.kind, f.vendor, f.identity, f.template_id, t.name, f.note, f.device_id, d.name, f.known_by
        FROM discovery_findings f LEFT JOIN credential_templates t ON t.tenant_id = $1 AND t.id = f.template_id LEFT JOIN devices d ON d.tenant_id = $1 AND d.id = f.device_id
        WHERE f.tenant_id = $1 AND f.scan_id = $2
        """;

    public static DiscoveryFindingView Read(NpgsqlDataReader r) => new(
        r.GetString(0), r.Time(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), r.TextOrNull(6), r.UuidOrNull(7), r.TextOrNull(8), r.TextOrNull(9), r.UuidOrNull(10), r.TextOrNull(11),
        r.IsDBNull(10) ? null : r.TextOrNull(12));
}
