using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Audit;

/// <summary>
/// Who did what, per tenant. Append-only: the application's role may insert and read, never change or delete.
/// Services add <see cref="Command"/> to the batch of the change itself, so that neither exists without the other.
/// </summary>
public sealed class AuditLog(DataSources dataSources)
{
    private const int MaximumPage = 200;

    private const string Insert =
        """
        INSERT INTO audit (tenant_id, id, actor_kind, actor_id, actor_name, action, target_kind, target_id, summary, before, after)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    /// <summary>The row as a statement of the caller's tenant, to go into the transaction of what it tells about.</summary>
    public static NpgsqlBatchCommand Command(Caller caller, AuditEntry entry) => Command(caller, caller.Tenant, entry);

    /// <summary>The same for a tenant that the transaction has been switched to; row-level security checks that it has.</summary>
    public static NpgsqlBatchCommand Command(Caller caller, Guid tenant, AuditEntry entry) => Sql.Command(Insert,
        Sql.Uuid(tenant), Sql.Uuid(Guid.CreateVersion7()), Sql.Text(KindOf(caller.Kind)), Sql.Uuid(caller.ActorId), Sql.Text(caller.ActorName),
        Sql.Text(entry.Action), Sql.Text(entry.TargetKind), Sql.Text(entry.TargetId), Sql.Text(entry.Summary),
        Sql.Json(AuditMask.Of(entry.Before)?.ToJsonString()), Sql.Json(AuditMask.Of(entry.After)?.ToJsonString()));

    /// <summary>Writes one row in a transaction of its own.</summary>
    public async Task WriteAsync(Caller caller, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(Command(caller, entry));
        await batch.ExecuteAsync(cancellationToken);
    }

    /// <summary>The tenant's rows, newest first. Needs <see cref="Rights.ViewAudit"/>.</summary>
    /// <param name="caller">Whose tenant is read.</param>
    /// <param name="after">Cursor of the page before; null for the first.</param>
    /// <param name="limit">1 to 200.</param>
    public async Task<Result<Page<AuditRow>>> ListAsync(Caller caller, string? after, int limit, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ViewAudit)) return Problem.Forbidden("read the audit log");
        AuditCursor? cursor = null;
        if (after is not null && !AuditCursor.TryParse(after, out cursor)) return Problem.Invalid("after", "The cursor is not one that this list gave out.");
        limit = Math.Clamp(limit, 1, MaximumPage);
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, summary, before::text, after::text FROM audit
            WHERE tenant_id = $1 AND ($2::timestamptz IS NULL OR (at, id) < ($2, $3))
            ORDER BY tenant_id, at DESC, id DESC LIMIT $4
            """, Sql.Uuid(caller.Tenant), Sql.Time(cursor?.At), Sql.Uuid(cursor?.Id), Sql.Int(limit + 1));
        var rows = await batch.ListAsync(Read, cancellationToken);
        if (rows.Count <= limit) return new Page<AuditRow>(rows, null);
        rows.RemoveAt(limit);
        return new Page<AuditRow>(rows, new AuditCursor(rows[^1].At, rows[^1].Id).ToString());
    }

    private static AuditRow Read(NpgsqlDataReader r) => new(r.GetGuid(0), r.Time(1), r.GetString(2), r.UuidOrNull(3), r.GetString(4), r.GetString(5),
        r.GetString(6), r.GetString(7), r.GetString(8), r.TextOrNull(9), r.TextOrNull(10));

    /// <summary>How an actor is told in the table.</summary>
    public static string KindOf(ActorKind kind) => kind switch
    {
        ActorKind.User => "user",
        ActorKind.Client => "client",
        _ => "system",
    };
}
