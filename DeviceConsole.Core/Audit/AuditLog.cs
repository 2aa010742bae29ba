using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Audit;

/// <summary>The append-only log of changes. The application's role can insert and read, never change or delete.</summary>
public sealed class AuditLog(DataSources dataSources)
{
    private const string Insert =
        """
        INSERT INTO audit (tenant_id, id, actor_kind, actor_id, actor_name, action, target_kind, target_id, summary, before, after)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    /// <summary>The insert as a statement of a larger batch, so that the audit row and the change are one transaction.</summary>
    public static NpgsqlBatchCommand Command(Caller caller, AuditEntry entry) => Sql.Command(
        Insert,
        Sql.Uuid(caller.Tenant),
        Sql.Uuid(Guid.CreateVersion7()),
        Sql.Text(KindOf(caller.Kind)),
        Sql.Uuid(caller.ActorId),
        Sql.Text(caller.ActorName),
        Sql.Text(entry.Action),
        Sql.Text(entry.TargetKind),
        Sql.Text(entry.TargetId),
        Sql.Text(entry.Summary),
        Sql.Json(entry.Before?.ToJsonString()),
        Sql.Json(entry.After?.ToJsonString()));

    /// <summary>Writes one entry by itself.</summary>
    public async Task WriteAsync(Caller caller, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        await batch.Add(Command(caller, entry)).ExecuteAsync(cancellationToken);
    }

    internal static string KindOf(ActorKind kind) => kind switch
    {
        ActorKind.User => "user",
        ActorKind.Client => "client",
        _ => "system",
    };
}
