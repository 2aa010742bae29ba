using System.Text.Json;
using System.Text.Json.Serialization;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Mibs;

/// <summary>The history of a tenant's uploads: who, when, which files, and what came of them.</summary>
public sealed class MibUploads(DataSources dataSources)
{
    /// <summary>Uploads that are kept of a tenant; older ones are forgotten.</summary>
    public const int MaximumKept = 1_000;

    private const int MaximumFiles = 500;
    private const string Columns = "u.id, u.at, u.uploaded_by, u.files, u.modules, u.recompiled, u.errors, u.warnings, u.refused, ARRAY(SELECT f ->> 'name' FROM jsonb_array_elements(u.contents) WITH ORDINALITY AS c(f, n) WHERE n <= 3 ORDER BY n)";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    /// <summary>Uploads, newest first. A cursor that was not made by this list gives an empty page.</summary>
    public async Task<Result<Page<MibUploadRow>>> ListAsync(Caller caller, string? after, int limit, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the MIB library");
        Guid last = default;
        if (after is not null && !Guid.TryParseExact(after, "N", out last)) return new Page<MibUploadRow>([], null);
        limit = Math.Clamp(limit, 1, 200);
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {Columns} FROM mib_uploads u WHERE u.tenant_id = $1 AND ($2::uuid IS NULL OR u.id < $2) ORDER BY u.id DESC LIMIT $3", Sql.Uuid(caller.Tenant), Sql.Uuid(after is null ? null : last), Sql.Int(limit + 1));
        var rows = await batch.ListAsync(ReadRow, cancellationToken);
        if (rows.Count <= limit) return new Page<MibUploadRow>(rows, null);
        rows.RemoveAt(limit);
        return new Page<MibUploadRow>(rows, rows[^1].Id.ToString("N"));
    }

    /// <summary>One upload with its files.</summary>
    public async Task<Result<MibUploadDetail>> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the MIB library");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {Columns}, u.contents::text, u.again FROM mib_uploads u WHERE u.tenant_id = $1 AND u.id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        batch.Add("SELECT name, id FROM mib_modules WHERE tenant_id = $1 AND name = ANY (ARRAY(SELECT m ->> 'name' FROM mib_uploads u, jsonb_array_elements(u.contents) f, jsonb_array_elements(f -> 'modules') m WHERE u.tenant_id = $1 AND u.id = $2)) ORDER BY active",
            Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        await using var reader = await batch.ReadAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return Problem.NotFound("upload");
        var row = ReadRow(reader);
        var files = JsonSerializer.Deserialize<List<MibUploadFile>>(reader.GetString(10), Json) ?? [];
        var again = reader.GetFieldValue<string[]>(11);
        await reader.NextResultAsync(cancellationToken);
        var ids = new Dictionary<string, Guid>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken)) ids[reader.GetString(0)] = reader.GetGuid(1);
        Guid? Today(string name) => ids.TryGetValue(name, out var found) ? found : null;
        return new MibUploadDetail(row, [.. files.Select(f => f with { Modules = [.. f.Modules.Select(m => m with { Id = Today(m.Name) })] })], again);
    }

    /// <summary>Notes an upload that was refused as a whole.</summary>
    internal async Task RefuseAsync(Caller caller, IReadOnlyList<MibSource> uploaded, string why, CancellationToken cancellationToken)
    {
        var files = uploaded.Select(u => new MibUploadFile(MibArchive.NameOf(u.FileName), u.Bytes.Length, [], null)).ToList();
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        foreach (var command in Statements(caller, new MibUploadRecord(Guid.CreateVersion7(), files, [], [], uploaded.Count, 0, 0, 0, why))) batch.Add(command);
        await batch.ExecuteAsync(cancellationToken);
    }

    /// <summary>Notes an upload, and forgets the oldest beyond <see cref="MaximumKept"/>.</summary>
    internal static IEnumerable<NpgsqlBatchCommand> Statements(Caller caller, MibUploadRecord upload) =>
    [
        Sql.Command("INSERT INTO mib_uploads (tenant_id, id, uploaded_by, files, modules, recompiled, errors, warnings, diagnostics, contents, again, refused) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            Sql.Uuid(caller.Tenant), Sql.Uuid(upload.Id), Sql.Text(caller.ActorName), Sql.Int(upload.FileCount), Sql.Int(upload.Modules), Sql.Int(upload.Again.Count), Sql.Int(upload.Errors), Sql.Int(upload.Warnings),
            Sql.Json(MibStore.ToJson(upload.Diagnostics)), Sql.Json(JsonSerializer.Serialize(upload.Files.Take(MaximumFiles), Json)), Sql.Texts([.. upload.Again.Take(MaximumFiles)]), Sql.Text(upload.Refused)),
        Sql.Command("DELETE FROM mib_uploads WHERE tenant_id = $1 AND id <= (SELECT id FROM mib_uploads WHERE tenant_id = $1 ORDER BY id DESC OFFSET $2 LIMIT 1)", Sql.Uuid(caller.Tenant), Sql.Int(MaximumKept)),
    ];

    private static MibUploadRow ReadRow(NpgsqlDataReader r) => new()
    {
        Id = r.GetGuid(0),
        At = r.Time(1),
        By = r.GetString(2),
        Files = r.GetInt32(3),
        Modules = r.GetInt32(4),
        Recompiled = r.GetInt32(5),
        Errors = r.GetInt32(6),
        Warnings = r.GetInt32(7),
        Refused = r.TextOrNull(8),
        FileNames = r.GetFieldValue<string[]>(9),
    };
}

/// <summary>What is noted of an upload.</summary>
internal sealed record MibUploadRecord(
    Guid Id, IReadOnlyList<MibUploadFile> Files, IReadOnlyList<string> Again, IReadOnlyList<MibDiagnostic> Diagnostics, int FileCount, int Modules, int Errors, int Warnings, string? Refused);
