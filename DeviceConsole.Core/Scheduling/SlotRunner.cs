using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DeviceConsole.Core.Scheduling;

/// <summary>
/// Turns one slot of a schedule into jobs, once: the slot's row and its jobs are one transaction, and the row's key refuses a second time,
/// however many schedulers there are and however often one of them dies in the middle.
/// </summary>
public sealed partial class SlotRunner(DataSources dataSources, ProtocolCatalog protocols, ILogger<SlotRunner> logger)
{
    private const string Load =
        """
        SELECT s.name, s.protocol, s.operation, s.arguments::text, s.priority,
               ARRAY(SELECT e.device_id FROM device_endpoints e WHERE e.tenant_id = s.tenant_id AND e.device_id = ANY (s.device_ids) AND e.protocol = s.protocol),
               cardinality(s.device_ids)
        FROM schedules s WHERE s.tenant_id = $1 AND s.id = $2 AND s.enabled FOR NO KEY UPDATE
        """;

    /// <summary>The number of jobs made; null where the slot had fired already, or the schedule is gone or disabled.</summary>
    public async Task<int?> FireAsync(Guid tenant, Guid schedule, DateTimeOffset slot, CancellationToken cancellationToken)
    {
        await using var connection = await dataSources.App.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var plan = await LoadAsync(connection, transaction, tenant, schedule, cancellationToken);
        if (plan is null) return null;
        var (jobs, error) = Plan(plan);
        if (!await TakeSlotAsync(connection, transaction, tenant, schedule, slot, jobs.Count, error, cancellationToken)) return null;
        foreach (var chunk in jobs.Chunk(JobService.MaximumBatch))
            await RunAsync(connection, transaction, EnqueueStatement.Command(tenant, $"schedule: {plan.Name}", chunk, schedule, slot), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogFired(schedule, slot, jobs.Count);
        return jobs.Count;
    }

    private sealed record Planned(string Name, string Protocol, string Operation, string Arguments, JobPriority Priority, Guid[] Devices, int Wanted);

    private static async Task<Planned?> LoadAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenant, Guid schedule, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(TenantBatch.SetTenant(tenant));
        batch.BatchCommands.Add(Sql.Command(Load, Sql.Uuid(tenant), Sql.Uuid(schedule)));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new Planned(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), (JobPriority)reader.GetInt16(4), reader.GetFieldValue<Guid[]>(5), reader.GetInt32(6))
            : null;
    }

    // A schedule outlives what it was checked against: modules change, devices go.
    private (List<NewJob> Jobs, string? Error) Plan(Planned plan)
    {
        if (protocols.Find(plan.Protocol) is not { } module || module.Descriptor.Operation(plan.Operation) is not { } operation)
            return ([], $"This server does not know the operation {plan.Protocol} {plan.Operation} any more. Change the schedule.");
        var arguments = JsonNode.Parse(plan.Arguments) as JsonObject ?? [];
        var wrong = DescriptorValidator.Check(operation.Fields, arguments);
        if (wrong.Count == 0) wrong = module.CheckArguments(plan.Operation, arguments);
        if (wrong.Count > 0) return ([], $"The arguments do not fit any more: {wrong[0].Message}");
        var gone = plan.Wanted - plan.Devices.Length;
        var error = gone == 0 ? null : $"{gone:N0} of {plan.Wanted:N0} devices are gone or have no {module.Descriptor.Name} address any more.";
        // One document for all: the statement only reads it.
        return ([.. plan.Devices.Select(d => new NewJob(JobId.Next(), new JobRequest(d, plan.Protocol, plan.Operation, arguments) { Priority = plan.Priority },
            module is ISessionProtocol, operation.Idempotent, operation.DefaultTimeout))], error);
    }

    private static async Task<bool> TakeSlotAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenant, Guid schedule, DateTimeOffset slot, int jobs, string? error, CancellationToken cancellationToken) =>
        await RunAsync(connection, transaction, Sql.Command(
            """
            WITH slot AS (INSERT INTO schedule_slots (tenant_id, schedule_id, slot, jobs) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING slot),
            line AS (UPDATE schedules s SET last_slot = slot.slot, last_error = $5 FROM slot WHERE s.tenant_id = $1 AND s.id = $2)
            SELECT slot FROM slot
            """, Sql.Uuid(tenant), Sql.Uuid(schedule), Sql.Time(slot), Sql.Int(jobs), Sql.Text(error)), cancellationToken) == 1;

    private static async Task<int> RunAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var rows = 0;
        while (await reader.ReadAsync(cancellationToken)) rows++;
        await reader.FinishAsync(cancellationToken);
        return rows;
    }

    [LoggerMessage(2801, LogLevel.Information, "Slot {Slot} of schedule {Schedule} made {Jobs} jobs.")]
    private partial void LogFired(Guid schedule, DateTimeOffset slot, int jobs);
}
