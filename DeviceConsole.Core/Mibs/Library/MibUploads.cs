using System.Globalization;
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
    private const string Columns = "u.id, u.at, u.uploaded_by, u.files, u.modules, u.recompiled, u.errors, u.warnings, u.refused, CASE WHEN cardinality(u.names) > 0 THEN u.names ELSE ARRAY(SELECT f ->> 'name' FROM jsonb_array_elements(u.contents) WITH ORDINALITY AS c(f, n) WHERE n <= 3 ORDER BY n) END, u.state, u.step, u.done, u.without_module, u.size, u.cancel_asked, u.finished_at, cardinality(u.names) > 0";
    private const int Known = 18;

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
        var files = JsonSerializer.Deserialize<List<MibUploadFile>>(reader.GetString(Known), Json) ?? [];
        var again = reader.GetFieldValue<string[]>(Known + 1);
        await reader.NextResultAsync(cancellationToken);
        var ids = new Dictionary<string, Guid>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken)) ids[reader.GetString(0)] = reader.GetGuid(1);
        Guid? Today(string name) => ids.TryGetValue(name, out var found) ? found : null;
        return new MibUploadDetail(row, [.. files.Select(f => f with { Modules = [.. f.Modules.Select(m => m with { Id = Today(m.Name) })] })], again);
    }

    /// <summary>Uploads that are received, wait or run, the oldest first.</summary>
    public async Task<Result<IReadOnlyList<MibUploadRow>>> OpenAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the MIB library");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {Columns} FROM mib_uploads u WHERE u.tenant_id = $1 AND u.state IN ('queued', 'running') ORDER BY u.id LIMIT 20", Sql.Uuid(caller.Tenant));
        return await batch.ListAsync(ReadRow, cancellationToken);
    }

    /// <summary>The files of an upload that a worker compiled, by their numbers from <paramref name="after"/> on.</summary>
    public async Task<Result<Page<MibUploadFile>>> FilesAsync(Caller caller, Guid id, MibUploadOnly only, string? after, int limit, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the MIB library");
        if (!int.TryParse(after ?? "-1", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var last)) return new Page<MibUploadFile>([], null);
        limit = Math.Clamp(limit, 1, MaximumFiles);
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(
            """
            SELECT f.no, f.name, f.size, f.modules::text, f.message, f.state, f.again FROM mib_upload_files f WHERE f.tenant_id = $1 AND f.upload_id = $2 AND f.no > $3 AND CASE $4
                WHEN 'errors' THEN f.errors > 0 AND NOT f.again WHEN 'missing' THEN f.missing > 0 AND NOT f.again WHEN 'empty' THEN f.state = 'done' AND f.modules = '[]' AND NOT f.again WHEN 'again' THEN f.again ELSE NOT f.again END
            ORDER BY f.no LIMIT $5
            """, Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Int(last), Sql.Text(only.ToString().ToLowerInvariant()), Sql.Int(limit + 1));
        batch.Add("SELECT EXISTS (SELECT FROM mib_uploads WHERE tenant_id = $1 AND id = $2)", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        await using var reader = await batch.ReadAsync(cancellationToken);
        var rows = await reader.ListAsync(r => (No: r.GetInt32(0), File: new MibUploadFile(r.GetString(1), r.GetInt32(2), UploadWords.FromJson<List<MibUploadModule>>(r.GetString(3)), r.TextOrNull(4)) { IsWaiting = r.GetString(5) == "waiting", Again = r.GetBoolean(6) }), cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || !reader.GetBoolean(0)) return Problem.NotFound("upload");
        await reader.FinishAsync(cancellationToken);
        var next = rows.Count > limit ? rows[limit - 1].No.ToString(CultureInfo.InvariantCulture) : null;
        return new Page<MibUploadFile>(await TodayAsync(caller.Tenant, [.. rows.Take(limit).Select(r => r.File)], cancellationToken), next);
    }

    /// <summary>What modules of an upload wait for today, the one most needed first; 200 at most.</summary>
    public async Task<Result<IReadOnlyList<string>>> MissingAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the MIB library");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT x FROM mib_upload_files f JOIN mib_modules m ON m.tenant_id = $1 AND m.file_id = f.file_id, unnest(m.missing) x WHERE f.tenant_id = $1 AND f.upload_id = $2 AND NOT f.again AND f.missing > 0 AND m.active GROUP BY x ORDER BY count(*) DESC, x LIMIT 200",
            Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        return await batch.ListAsync(r => r.GetString(0), cancellationToken);
    }

    // The modules as they are today.
    private async Task<IReadOnlyList<MibUploadFile>> TodayAsync(Guid tenant, List<MibUploadFile> files, CancellationToken cancellationToken)
    {
        string[] names = [.. files.SelectMany(f => f.Modules.Select(m => m.Name)).Distinct()];
        if (names.Length == 0) return files;
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT name, id FROM mib_modules WHERE tenant_id = $1 AND name = ANY ($2) ORDER BY active", Sql.Uuid(tenant), Sql.Texts(names));
        var ids = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var (name, module) in await batch.ListAsync(r => (r.GetString(0), r.GetGuid(1)), cancellationToken)) ids[name] = module;
        return [.. files.Select(f => f with { Modules = [.. f.Modules.Select(m => m with { Id = ids.TryGetValue(m.Name, out var found) ? found : null })] })];
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
        .. Forget(caller.Tenant),
    ];

    /// <summary>The oldest beyond <see cref="MaximumKept"/> go, unless they are under way.</summary>
    internal static IEnumerable<NpgsqlBatchCommand> Forget(Guid tenant) =>
    [
        Sql.Command("DELETE FROM mib_uploads WHERE tenant_id = $1 AND state NOT IN ('receiving', 'queued', 'running') AND id <= (SELECT id FROM mib_uploads WHERE tenant_id = $1 ORDER BY id DESC OFFSET $2 LIMIT 1)", Sql.Uuid(tenant), Sql.Int(MaximumKept)),
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
        // What an older node wrote has no state of its own.
        State = r.TextOrNull(8) is not null && r.GetString(10) == "done" ? MibUploadState.Refused : UploadWords.State(r.GetString(10)),
        Step = UploadWords.Step(r.GetString(11)),
        Done = r.GetInt32(12),
        WithoutModule = r.GetInt32(13),
        Size = r.GetInt64(14),
        IsStopping = !r.IsDBNull(15),
        FinishedAt = r.IsDBNull(16) ? null : r.Time(16),
        IsPacked = r.GetBoolean(17),
    };
}

/// <summary>What is noted of an upload.</summary>
internal sealed record MibUploadRecord(
    Guid Id, IReadOnlyList<MibUploadFile> Files, IReadOnlyList<string> Again, IReadOnlyList<MibDiagnostic> Diagnostics, int FileCount, int Modules, int Errors, int Warnings, string? Refused);
