using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Gateway;

/// <summary>A task during which devices of a model vanished.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Model">Which devices.</param>
/// <param name="Operation">The operation's id.</param>
/// <param name="Description">The task in words, as jobs have it.</param>
/// <param name="Strikes">How often.</param>
/// <param name="LastDevice">Which device it was the last time; null where it is gone.</param>
/// <param name="LastReason">How it vanished.</param>
/// <param name="FirstAt">The first time.</param>
/// <param name="LastAt">The last time.</param>
/// <param name="StoppedAt">Since when it is not asked of the model any more; null where it still is.</param>
public sealed record QuarantinedTask(
    Guid Id, string Protocol, DeviceModel Model, string Operation, string Description, int Strikes, Guid? LastDevice, string? LastReason, DateTimeOffset FirstAt, DateTimeOffset LastAt, DateTimeOffset? StoppedAt);

/// <summary>Tasks that models do not stand, and their release.</summary>
public sealed class QuarantineService
{
    private readonly DataSources dataSources;

    /// <summary>One for the process.</summary>
    public QuarantineService(DataSources dataSources) => this.dataSources = dataSources;

    /// <summary>At most 500, those that are stopped first, then the newest.</summary>
    public async Task<Result<IReadOnlyList<QuarantinedTask>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View) || !caller.Scope.IsAll) return Problem.Forbidden("see tasks in quarantine");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT id, protocol, manufacturer, model, firmware, operation, description, strikes, last_device, last_reason, first_at, last_at, stopped_at
            FROM task_quarantine WHERE tenant_id = $1 ORDER BY stopped_at IS NULL, last_at DESC LIMIT 500
            """, Sql.Uuid(caller.Tenant));
        return await batch.ListAsync(r => new QuarantinedTask(r.GetGuid(0), r.GetString(1), new DeviceModel(r.GetString(2), r.GetString(3), r.GetString(4)), r.GetString(5), r.GetString(6),
            r.GetInt32(7), r.UuidOrNull(8), r.TextOrNull(9), r.Time(10), r.Time(11), r.TimeOrNull(12)), cancellationToken);
    }

    /// <summary>Lets the task run again on the model, and forgets how often devices vanished. Needs <see cref="Rights.ManageDevices"/> over all devices.</summary>
    public async Task<Result<Done>> ReleaseAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices) || !caller.Scope.IsAll) return Problem.Forbidden("release tasks from quarantine");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("DELETE FROM task_quarantine WHERE tenant_id = $1 AND id = $2 RETURNING description", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        if ((await batch.ListAsync(r => r.GetString(0), cancellationToken)) is not [var description]) return Problem.NotFound("task in quarantine");
        await using var note = new TenantBatch(dataSources.App, caller.Tenant);
        note.Add(AuditLog.Command(caller, new AuditEntry("quarantine.release", "quarantine", id.ToString(), $"Released \"{description}\" from quarantine.")));
        note.Add(SessionStatements.Changed, Sql.Text("quarantine"), Sql.Uuid(caller.Tenant), Sql.Texts([]));
        await note.ExecuteAsync(cancellationToken);
        return new Done();
    }
}
