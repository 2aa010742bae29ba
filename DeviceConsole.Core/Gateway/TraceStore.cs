using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DeviceConsole.Core.Gateway;

/// <summary>
/// Writes what was said. A trace helps people and decides nothing: one that cannot be written is logged and left out.
/// </summary>
internal sealed partial class TraceStore(DataSources dataSources, ILogger<TraceStore> logger)
{
    private const string Insert =
        """
        INSERT INTO traces (tenant_id, device_id, id, protocol, job_id, session_id, attempt, entries)
        SELECT $1, d.id, $3, $4, $5, $6, $7, $8::jsonb FROM devices d WHERE d.tenant_id = $1 AND d.id = $2
        """;

    private const string InsertAll =
        """
        INSERT INTO traces (tenant_id, device_id, id, protocol, session_id, entries)
        SELECT $1, d.id, e.id, e.protocol, e.session, e.entries::jsonb FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[]) AS e(device, id, protocol, session, entries)
        JOIN devices d ON d.tenant_id = $1 AND d.id = e.device
        """;

    /// <summary>The exchange of an attempt.</summary>
    public async Task WriteAsync(ClaimedJob job, IReadOnlyList<TraceEntry> entries, Guid? session)
    {
        if (entries.Count == 0) return;
        try
        {
            await using var batch = new TenantBatch(dataSources.App, job.Tenant);
            batch.Add(Command(job.Tenant, job.Device, job.Protocol, job.Id, session, job.Attempt, entries));
            await batch.ExecuteAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            LogLost(job.Id, e.Message);
        }
    }

    /// <summary>The row of a piece of a session or of a job.</summary>
    public static NpgsqlBatchCommand Command(Guid tenant, Guid device, string protocol, Guid? job, Guid? session, int? attempt, IReadOnlyList<TraceEntry> entries) => Sql.Command(Insert,
        Sql.Uuid(tenant), Sql.Uuid(device), Sql.Uuid(Guid.CreateVersion7()), Sql.Text(protocol), Sql.Uuid(job), Sql.Uuid(session), Sql.Int(attempt), Sql.Json(Write(entries)));

    /// <summary>The rows of sessions that are over.</summary>
    public static NpgsqlBatchCommand Commands(Guid tenant, IReadOnlyList<SessionEnding> endings) => Sql.Command(InsertAll,
        Sql.Uuid(tenant), Sql.Uuids([.. endings.Select(e => e.Session.DeviceId)]), Sql.Uuids([.. endings.Select(_ => Guid.CreateVersion7())]), Sql.Texts([.. endings.Select(e => e.Session.Protocol)]),
        Sql.Uuids([.. endings.Select(e => e.Session.Id)]), Sql.Texts([.. endings.Select(e => Write(e.Trace))]));

    /// <summary>Entries as they are stored. The first and the last ones of a long exchange tell most.</summary>
    public static string Write(IReadOnlyList<TraceEntry> entries)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            const int Half = TraceEntry.MaximumEntries / 2;
            for (var i = 0; i < entries.Count; i++)
            {
                if (entries.Count > TraceEntry.MaximumEntries && i >= Half && i < entries.Count - Half + 1)
                {
                    if (i == Half) WriteEntry(json, entries[i] with { Direction = TraceDirection.Note, Title = $"{(entries.Count - 2 * Half + 1).ToString("N0", CultureInfo.InvariantCulture)} messages left out", Body = "" });
                    continue;
                }
                WriteEntry(json, entries[i]);
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteEntry(Utf8JsonWriter json, TraceEntry entry)
    {
        var body = entry.Body.Length <= TraceEntry.MaximumBody ? entry.Body : $"{entry.Body[..TraceEntry.MaximumBody]}\n… {entry.Body.Length - TraceEntry.MaximumBody:N0} more characters";
        json.WriteStartObject();
        json.WriteString("at", entry.At);
        json.WriteString("d", entry.Direction switch { TraceDirection.In => "in", TraceDirection.Out => "out", _ => "note" });
        json.WriteString("t", FaultJson.Clean(entry.Title));
        json.WriteString("b", FaultJson.Storable(body));
        json.WriteEndObject();
    }

    [LoggerMessage(2621, LogLevel.Warning, "The trace of job {Job} could not be stored: {Reason}")]
    private partial void LogLost(Guid job, string reason);
}
