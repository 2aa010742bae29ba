using System.Text.Json.Nodes;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using Npgsql;

namespace DeviceConsole.Core.Jobs;

/// <summary>Reads rows of <c>jobs</c> into what the rest of the product sees.</summary>
internal sealed class JobRows(ProtocolCatalog protocols)
{
    /// <summary>To be followed by WHERE; <c>j</c> is the job, <c>d</c> its device. Columns after the last are the caller's.</summary>
    public const string Columns =
        """
        j.id, j.device_id, d.name, j.protocol, j.operation, j.arguments::text, j.state, j.priority, j.attempt, j.max_attempts,
        j.cancel_requested, j.wait_reason, j.fault::text, j.summary, j.retry_of, j.schedule_id, j.created_by, j.created_at, j.run_at,
        j.expires_at, j.started_at, j.finished_at, j.revision
        """;

    public const string Tables = "FROM jobs j JOIN devices d ON d.tenant_id = j.tenant_id AND d.id = j.device_id";

    public JobView Read(NpgsqlDataReader row)
    {
        string protocol = row.GetString(3), operation = row.GetString(4);
        return new JobView
        {
            Id = row.GetGuid(0),
            DeviceId = row.GetGuid(1),
            DeviceName = row.GetString(2),
            Protocol = protocol,
            Operation = operation,
            Description = Describe(protocol, operation, row.GetString(5)),
            State = JobStates.Parse(row.GetString(6)) ?? throw new InvalidOperationException($"Unknown job state {row.GetString(6)}."),
            Priority = (JobPriority)row.GetInt16(7),
            Attempt = row.GetInt32(8),
            MaxAttempts = row.GetInt32(9),
            CancelRequested = row.GetBoolean(10),
            WaitReason = row.TextOrNull(11),
            Fault = FaultJson.Read(row.TextOrNull(12)),
            Summary = row.TextOrNull(13),
            RetryOf = row.UuidOrNull(14),
            ScheduleId = row.UuidOrNull(15),
            CreatedBy = row.GetString(16),
            CreatedAt = row.Time(17),
            RunAt = row.Time(18),
            ExpiresAt = row.TimeOrNull(19),
            StartedAt = row.TimeOrNull(20),
            FinishedAt = row.TimeOrNull(21),
            Revision = row.GetInt32(22),
        };
    }

    // A job may be older than the module that knows its operation, and its arguments may be damaged: a list shows it anyway.
    public string Describe(string protocol, string operation, string arguments)
    {
        if (protocols.Find(protocol) is not { } module) return $"{protocol} {operation}";
        var name = module.Descriptor.Operation(operation)?.Name ?? operation;
        try
        {
            return JsonNode.Parse(arguments) is JsonObject json ? module.Describe(operation, json) : name;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return name;
        }
    }
}
