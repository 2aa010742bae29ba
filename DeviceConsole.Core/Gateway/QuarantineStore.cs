using System.Security.Cryptography;
using System.Text;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DeviceConsole.Core.Gateway;

/// <summary>
/// Counts how often devices of a model vanish during a task, and stops the task for the model when that is too often. Counts that are
/// older than a day begin anew: lines break, too.
/// </summary>
internal sealed partial class QuarantineStore(DataSources dataSources, ProtocolCatalog protocols, AlarmRules alarms, IOptions<JobOptions> options, ILogger<QuarantineStore> logger)
{
    // $10: how often is too often. The event is raised once, in the moment that stops the task.
    private const string Strike =
        """
        WITH struck AS (
            INSERT INTO task_quarantine AS q (tenant_id, id, protocol, manufacturer, model, firmware, operation, arguments, description, last_device, last_reason, stopped_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, (SELECT d.id FROM devices d WHERE d.tenant_id = $1 AND d.id = $11), $12, CASE WHEN $10 <= 1 THEN now() END)
            ON CONFLICT (tenant_id, protocol, manufacturer, model, firmware, operation, arguments) DO UPDATE SET
                strikes = CASE WHEN q.stopped_at IS NULL AND q.last_at < now() - interval '1 day' THEN 1 ELSE q.strikes + 1 END,
                stopped_at = coalesce(q.stopped_at, CASE WHEN q.last_at >= now() - interval '1 day' AND q.strikes + 1 >= $10 THEN now() END),
                last_device = excluded.last_device, last_reason = excluded.last_reason, last_at = now()
            RETURNING q.stopped_at = now() AS stops, q.strikes),
        told AS (
            INSERT INTO device_events (tenant_id, device_id, id, protocol, kind, message)
            SELECT $1, $11, $13, $3, 'task-quarantined', $14 FROM struck s WHERE s.stops AND EXISTS (SELECT FROM devices d WHERE d.tenant_id = $1 AND d.id = $11) RETURNING 1)
        SELECT s.stops, sys.notify_change('quarantine', $1, '{}'), (SELECT sys.notify_change('events', $1, ARRAY[$11::text]) FROM told) FROM struck s
        """;

    private const string Find =
        """
        SELECT q.strikes, q.first_at, q.stopped_at FROM task_quarantine q
        WHERE q.tenant_id = $1 AND q.protocol = $2 AND q.manufacturer = $3 AND q.model = $4 AND q.firmware = $5 AND q.operation = $6 AND q.arguments = $7 AND q.stopped_at IS NOT NULL
        """;

    /// <summary>The device vanished during the job. Helps the next ones and decides nothing of this one: a note that cannot be written is left out.</summary>
    public async Task StrikeAsync(ClaimedJob job, DeviceModel model, string reason)
    {
        var description = Describe(job);
        var told = $"\"{description}\" is stopped for {model}: devices vanished during it {options.Value.QuarantineAfter} times.";
        try
        {
            await using var batch = new TenantBatch(dataSources.App, job.Tenant);
            batch.Add(Strike, Sql.Uuid(job.Tenant), Sql.Uuid(Guid.CreateVersion7()), Sql.Text(job.Protocol), Sql.Text(model.Manufacturer), Sql.Text(model.Model), Sql.Text(model.Firmware),
                Sql.Text(job.Operation), Sql.Bytes(Hash(job)), Sql.Text(description), Sql.Int(options.Value.QuarantineAfter), Sql.Uuid(job.Device), Sql.Text(Short(FaultJson.Clean(reason))),
                Sql.Uuid(Guid.CreateVersion7()), Sql.Text(told));
            if ((await batch.ListAsync(r => !r.IsDBNull(0) && r.GetBoolean(0), CancellationToken.None)) is [true])
                await alarms.NoteAsync(job.Tenant, job.Device, new AlarmEvent(job.Protocol, "task-quarantined", told, null), CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            LogLost(job.Id, e.Message);
        }
    }

    /// <summary>The fault of a job that is stopped for this model; null where it may run.</summary>
    public async Task<ProtocolFault?> FindAsync(ClaimedJob job, DeviceModel model, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, job.Tenant);
        batch.Add(Find, Sql.Uuid(job.Tenant), Sql.Text(job.Protocol), Sql.Text(model.Manufacturer), Sql.Text(model.Model), Sql.Text(model.Firmware), Sql.Text(job.Operation), Sql.Bytes(Hash(job)));
        return (await batch.ListAsync(r => (Strikes: r.GetInt32(0), Since: r.Time(2)), cancellationToken)) is [var found]
            ? new ProtocolFault(FaultClass.Policy, FaultCodes.TaskQuarantined,
                $"This task is stopped for {model}: devices vanished during it {found.Strikes} times. Release it under Jobs, Quarantine when the cause is gone, or ask for less at once.",
                $"stopped {found.Since.UtcDateTime:yyyy-MM-dd HH:mm} UTC")
            : null;
    }

    private static byte[] Hash(ClaimedJob job) => SHA256.HashData(Encoding.UTF8.GetBytes(job.Arguments));

    private string Describe(ClaimedJob job)
    {
        var arguments = System.Text.Json.Nodes.JsonNode.Parse(job.Arguments)?.AsObject() ?? [];
        return Short(FaultJson.Clean(protocols.Find(job.Protocol)?.Describe(job.Operation, arguments) ?? job.Operation));
    }

    private static string Short(string text) => FaultJson.Storable(text.Length <= 500 ? text : text[..500]);

    [LoggerMessage(2651, LogLevel.Warning, "That the device of job {Job} vanished could not be noted: {Reason}")]
    private partial void LogLost(Guid job, string reason);
}
