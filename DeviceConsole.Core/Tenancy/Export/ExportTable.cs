namespace DeviceConsole.Core.Tenancy.Export;

/// <summary>One file of an export and where its rows come from.</summary>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Select">
/// The columns, from and where; <c>$1</c> is the tenant. The first column is a uuid by which pages follow each other. Columns that are jsonb
/// stay structured in JSON; what stands in them under a secret's name is masked.
/// </param>
/// <param name="Key">The first column, as the query names it.</param>
public sealed record ExportTable(string Name, string Select, string Key)
{
    /// <summary>What a tenant takes along: everything that people entered or devices answered. Credentials, password hashes and secrets are not in it.</summary>
    public static IReadOnlyList<ExportTable> All { get; } =
    [
        new("devices",
            """
            SELECT d.id, d.name, d.serial_number, d.manufacturer, d.model, d.address, d.site, to_jsonb(d.tags) AS tags, d.notes, d.created_at, d.updated_at,
                   (SELECT jsonb_agg(jsonb_build_object('protocol', e.protocol, 'identity', e.identity, 'settings', e.settings, 'credentialsSet', e.secret_fields) ORDER BY e.protocol)
                    FROM device_endpoints e WHERE e.tenant_id = d.tenant_id AND e.device_id = d.id) AS endpoints
            FROM devices d WHERE d.tenant_id = $1
            """, "d.id"),
        new("users", "SELECT u.id, u.user_name, u.display_name, u.email, u.role, u.disabled, u.created_at, u.last_login_at FROM users u WHERE u.tenant_id = $1", "u.id"),
        new("service-accounts", "SELECT c.id, c.client_id, c.name, c.role, to_jsonb(c.device_scope) AS device_scope, c.disabled, c.created_by, c.created_at, c.last_used_at FROM api_clients c WHERE c.tenant_id = $1", "c.id"),
        new("schedules",
            """
            SELECT s.id, s.name, s.cron, s.time_zone, s.protocol, s.operation, s.arguments, to_jsonb(s.device_ids) AS device_ids, s.priority::int AS priority, s.enabled, s.created_by, s.created_at
            FROM schedules s WHERE s.tenant_id = $1
            """, "s.id"),
        new("jobs",
            """
            SELECT j.id, j.device_id, j.protocol, j.operation, j.arguments, j.state, j.priority::int AS priority, j.attempt, j.created_by, j.created_at, j.started_at, j.finished_at, j.summary, j.fault,
                   (SELECT r.vals FROM job_results r WHERE r.tenant_id = j.tenant_id AND r.job_id = j.id) AS values
            FROM jobs j WHERE j.tenant_id = $1
            """, "j.id"),
        new("audit", "SELECT a.id, a.at, a.actor_kind, a.actor_name, a.action, a.target_kind, a.target_id, a.summary, a.before, a.after FROM audit a WHERE a.tenant_id = $1", "a.id"),
    ];
}
