using System.Text.Json.Nodes;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Scheduling;

/// <summary>
/// Jobs that come by themselves. The row is the truth; a reconciler makes the clock equal to it. Field errors name the fields of
/// <see cref="ScheduleInput"/> in camel case; those of the operation start with <c>arguments.</c>. A caller with a scope sees the
/// schedules all of whose devices lie within it.
/// </summary>
public sealed class ScheduleService(DataSources dataSources, ProtocolCatalog protocols, TimeProvider time)
{
    private const int NextRuns = 5;
    private const string Columns = "id, name, cron, time_zone, protocol, operation, arguments::text, device_ids, priority, enabled, last_slot, last_error, created_by, created_at, revision";
    private readonly ScheduleCheck check = new(dataSources, protocols, time);

    /// <summary>A schedule of this node was created, changed or deleted: the clock should be told before its next look.</summary>
    public event Action? Changed;

    /// <summary>All schedules, by name.</summary>
    public async Task<IReadOnlyList<ScheduleView>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return [];
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {Columns} FROM schedules WHERE tenant_id = $1 ORDER BY lower(name), id", Sql.Uuid(caller.Tenant));
        return (await batch.ListAsync(Read, cancellationToken)).FindAll(s => Sees(caller, s));
    }

    /// <summary>One schedule.</summary>
    public async Task<Result<ScheduleView>> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {Columns} FROM schedules WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        return caller.May(Rights.View) && await batch.FirstAsync(Read, cancellationToken) is { } schedule && Sees(caller, schedule) ? schedule : Problem.NotFound("schedule");
    }

    /// <summary>Creates a schedule.</summary>
    public async Task<Result<ScheduleView>> CreateAsync(Caller caller, ScheduleInput input, CancellationToken cancellationToken)
    {
        if (await check.FindProblemAsync(caller, input, cancellationToken) is { } problem) return problem;
        var id = Guid.CreateVersion7();
        await using (var batch = new TenantBatch(dataSources.App, caller.Tenant))
        {
            batch.Add(
                """
                INSERT INTO schedules (tenant_id, id, name, cron, time_zone, protocol, operation, arguments, device_ids, priority, enabled, created_by)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                """, [.. Parameters(caller, id, input), Sql.Text(caller.ActorName)])
                .Add(AuditLog.Command(caller, Entry("schedule.create", id, $"Created the schedule {input.Name.Trim()}.", null, input)));
            await batch.ExecuteAsync(cancellationToken);
        }
        Changed?.Invoke();
        return await GetAsync(caller, id, cancellationToken);
    }

    /// <summary>Changes a schedule as a whole.</summary>
    public async Task<Result<ScheduleView>> UpdateAsync(Caller caller, Guid id, ScheduleInput input, CancellationToken cancellationToken)
    {
        var old = await GetAsync(caller, id, cancellationToken);
        if (old.Problem is not null) return old;
        if (await check.FindProblemAsync(caller, input, cancellationToken) is { } problem) return problem;
        await using (var batch = new TenantBatch(dataSources.App, caller.Tenant))
        {
            batch.Add(
                """
                UPDATE schedules SET name = $3, cron = $4, time_zone = $5, protocol = $6, operation = $7, arguments = $8, device_ids = $9, priority = $10,
                    enabled = $11, revision = revision + 1 WHERE tenant_id = $1 AND id = $2
                """, Parameters(caller, id, input))
                .Add(AuditLog.Command(caller, Entry("schedule.update", id, $"Changed the schedule {input.Name.Trim()}.", old.Value.Schedule, input)));
            await batch.ExecuteAsync(cancellationToken);
        }
        Changed?.Invoke();
        return await GetAsync(caller, id, cancellationToken);
    }

    /// <summary>Deletes a schedule; jobs that it made stay.</summary>
    public async Task<Result<Done>> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var old = await GetAsync(caller, id, cancellationToken);
        if (old.Problem is { } problem) return problem;
        if (!caller.May(Rights.ManageSchedules)) return Problem.Forbidden("manage schedules");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("DELETE FROM schedules WHERE tenant_id = $1 AND id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id))
            .Add(AuditLog.Command(caller, Entry("schedule.delete", id, $"Deleted the schedule {old.Value.Schedule.Name}.", old.Value.Schedule, null)));
        await batch.ExecuteAsync(cancellationToken);
        Changed?.Invoke();
        return default(Done);
    }

    /// <summary>The next runs of a time that is being entered; the problem says what is wrong with it.</summary>
    public Result<IReadOnlyList<DateTimeOffset>> Preview(string cron, string timeZone)
    {
        if (CronText.FindZone(timeZone) is not { } zone) return Problem.Invalid("timeZone", "This time zone is not known. Use an IANA name such as \"Europe/Vienna\", or \"UTC\".");
        if (CronText.Parse(cron, zone, time.GetUtcNow(), out var error) is not { } parsed) return Problem.Invalid("cron", error!);
        return CronText.Next(parsed, time.GetUtcNow(), NextRuns).ToArray();
    }

    private static NpgsqlParameter[] Parameters(Caller caller, Guid id, ScheduleInput input) =>
    [
        Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Text(input.Name.Trim()), Sql.Text(input.Cron.Trim()), Sql.Text(input.TimeZone), Sql.Text(input.Protocol),
        Sql.Text(input.Operation), Sql.Json(input.Arguments.ToJsonString()), Sql.Uuids([.. input.DeviceIds.Distinct()]), Sql.Small((short)input.Priority), Sql.Bool(input.Enabled),
    ];

    private static AuditEntry Entry(string action, Guid id, string summary, ScheduleInput? before, ScheduleInput? after) =>
        new(action, "schedule", id.ToString(), summary) { Before = Describe(before), After = Describe(after) };

    private static JsonObject? Describe(ScheduleInput? input) => input is null ? null : new JsonObject
    {
        ["name"] = input.Name,
        ["cron"] = input.Cron,
        ["timeZone"] = input.TimeZone,
        ["protocol"] = input.Protocol,
        ["operation"] = input.Operation,
        ["devices"] = input.DeviceIds.Count,
        ["enabled"] = input.Enabled,
    };

    private static bool Sees(Caller caller, ScheduleView schedule) => caller.Scope.IsAll || schedule.Schedule.DeviceIds.All(caller.Scope.Allows);

    private ScheduleView Read(NpgsqlDataReader row)
    {
        var input = new ScheduleInput
        {
            Name = row.GetString(1),
            Cron = row.GetString(2),
            TimeZone = row.GetString(3),
            Protocol = row.GetString(4),
            Operation = row.GetString(5),
            Arguments = JsonNode.Parse(row.GetString(6)) as JsonObject ?? [],
            DeviceIds = row.GetFieldValue<Guid[]>(7),
            Priority = (JobPriority)row.GetInt16(8),
            Enabled = row.GetBoolean(9),
        };
        var runs = input.Enabled && Preview(input.Cron, input.TimeZone) is { IsSuccess: true } preview ? preview.Value : [];
        return new ScheduleView
        {
            Id = row.GetGuid(0),
            Schedule = input,
            Description = new JobRows(protocols).Describe(input.Protocol, input.Operation, row.GetString(6)),
            LastSlot = row.TimeOrNull(10),
            LastError = row.TextOrNull(11),
            CreatedBy = row.GetString(12),
            CreatedAt = row.Time(13),
            Revision = row.GetInt32(14),
            NextRuns = runs,
        };
    }
}
