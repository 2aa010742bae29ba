using System.Text.Json;
using DeviceConsole.Core.Data;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Mibs;

/// <summary>A file to be stored with the modules that came out of it.</summary>
internal sealed record StoredFile(Guid Id, string Name, byte[] Hash, ReadOnlyMemory<byte> Bytes, IReadOnlyList<MibModule> Modules);

/// <summary>A module in the database, as far as compiling again needs it.</summary>
internal sealed record StoredModule(Guid Id, Guid FileId, string Name, string? LastUpdated, bool Active, bool Pinned, IReadOnlyList<string> Imports);

/// <summary>The library's statements. Every one runs in a transaction whose tenant is set.</summary>
internal static class MibStore
{
    /// <summary>Columns of a <see cref="MibModuleRow"/> of <c>mib_modules m JOIN mib_files f</c>.</summary>
    public const string RowColumns = "m.id, m.name, f.name, m.language, m.last_updated, m.definitions, m.types, m.errors, m.warnings, m.missing, m.active, m.pinned, f.uploaded_by, f.uploaded_at";

    /// <summary>The join of <see cref="RowColumns"/>.</summary>
    public const string RowSource = "mib_modules m JOIN mib_files f ON f.tenant_id = m.tenant_id AND f.id = m.file_id";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } };

    /// <summary>One row.</summary>
    public static MibModuleRow ReadRow(NpgsqlDataReader r) => new()
    {
        Id = r.GetGuid(0),
        Name = r.GetString(1),
        FileName = r.GetString(2),
        Language = r.GetString(3) == "smi_v1" ? MibLanguage.SmiV1 : MibLanguage.SmiV2,
        LastUpdated = r.TextOrNull(4),
        Definitions = r.GetInt32(5),
        Types = r.GetInt32(6),
        Errors = r.GetInt32(7),
        Warnings = r.GetInt32(8),
        Missing = r.GetFieldValue<string[]>(9),
        Active = r.GetBoolean(10),
        Pinned = r.GetBoolean(11),
        UploadedBy = r.GetString(12),
        UploadedAt = r.Time(13),
    };

    /// <summary>Diagnostics as they are stored.</summary>
    public static string ToJson(IEnumerable<MibDiagnostic> diagnostics) => JsonSerializer.Serialize(diagnostics.Take(201), Json);

    /// <summary>Diagnostics as they were stored.</summary>
    public static IReadOnlyList<MibDiagnostic> FromJson(string json) => JsonSerializer.Deserialize<List<MibDiagnostic>>(json, Json) ?? [];

    /// <summary>Holds the tenant's library until the transaction ends: one change at a time, on all nodes.</summary>
    public static NpgsqlBatchCommand Lock(Guid tenant) => Sql.Command("SELECT pg_advisory_xact_lock(hashtextextended('mibs ' || $1, 0))", Sql.Text(tenant.ToString()));

    /// <summary>Every module of the tenant.</summary>
    public static NpgsqlBatchCommand All(Guid tenant) =>
        Sql.Command("SELECT id, file_id, name, last_updated, active, pinned, imports FROM mib_modules WHERE tenant_id = $1 ORDER BY compiled_at, id", Sql.Uuid(tenant));

    /// <summary>A row of <see cref="All"/>.</summary>
    public static StoredModule ReadStored(NpgsqlDataReader r) =>
        new(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.TextOrNull(3), r.GetBoolean(4), r.GetBoolean(5), r.GetFieldValue<string[]>(6));

    /// <summary>Files by their ids: id, name, hash, source.</summary>
    public static NpgsqlBatchCommand Files(Guid tenant, Guid[] ids) =>
        Sql.Command("SELECT id, name, hash, source FROM mib_files WHERE tenant_id = $1 AND id = ANY ($2) ORDER BY uploaded_at, id", Sql.Uuid(tenant), Sql.Uuids(ids));

    /// <summary>A row of <see cref="Files"/>, its modules not yet known.</summary>
    public static StoredFile ReadFile(NpgsqlDataReader r) =>
        new(r.GetGuid(0), r.GetString(1), r.GetFieldValue<byte[]>(2), ModuleDocument.Decompress(r.GetFieldValue<byte[]>(3)), []);

    /// <summary>Adds files.</summary>
    public static NpgsqlBatchCommand AddFiles(Guid tenant, string by, IReadOnlyList<StoredFile> files) => Sql.Command(
        """
        INSERT INTO mib_files (tenant_id, id, name, hash, size, source, uploaded_by)
        SELECT $1, id, name, hash, size, source, $2 FROM unnest($3, $4, $5, $6, $7) AS f(id, name, hash, size, source)
        """,
        Sql.Uuid(tenant), Sql.Text(by), Sql.Uuids([.. files.Select(f => f.Id)]), Sql.Texts([.. files.Select(f => f.Name)]),
        Sql.Array<byte[]>([.. files.Select(f => f.Hash)], NpgsqlDbType.Bytea), Sql.Array<int>([.. files.Select(f => f.Bytes.Length)], NpgsqlDbType.Integer),
        Sql.Array<byte[]>([.. files.Select(f => ModuleDocument.Compress(f.Bytes.Span))], NpgsqlDbType.Bytea));

    /// <summary>Adds modules of files, or replaces what was compiled of them before. A file has a name once.</summary>
    public static NpgsqlBatchCommand SaveModules(Guid tenant, IReadOnlyList<StoredDocument> documents) => Sql.Command(
        """
        INSERT INTO mib_modules (tenant_id, id, file_id, name, language, last_updated, definitions, types, errors, warnings, imports, missing, diagnostics, outline, texts, signature, active)
        SELECT $1, d.id, d.file, d.name, d.language, d.updated, d.definitions, d.types, d.errors, d.warnings, string_to_array(d.imports, ' '), string_to_array(d.missing, ' '), d.diagnostics::jsonb, d.outline, d.texts, d.signature, false
        FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            AS d(id, file, name, language, updated, definitions, types, errors, warnings, imports, missing, diagnostics, outline, texts, signature)
        ON CONFLICT (tenant_id, file_id, name) DO UPDATE SET language = excluded.language, last_updated = excluded.last_updated, definitions = excluded.definitions,
            types = excluded.types, errors = excluded.errors, warnings = excluded.warnings, imports = excluded.imports, missing = excluded.missing,
            diagnostics = excluded.diagnostics, outline = excluded.outline, texts = excluded.texts, signature = excluded.signature, compiled_at = now()
        """,
        Sql.Uuid(tenant), Sql.Uuids([.. documents.Select(_ => Guid.CreateVersion7())]), Sql.Uuids([.. documents.Select(d => d.File)]), Sql.Texts([.. documents.Select(d => d.Module.Name)]),
        Sql.Texts([.. documents.Select(d => d.Module.Language == MibLanguage.SmiV1 ? "smi_v1" : "smi_v2")]), Sql.Texts([.. documents.Select(d => d.Module.LastUpdated)]),
        Numbers(documents, d => d.Module.Definitions.Count), Numbers(documents, d => d.Module.Types.Count),
        Numbers(documents, d => d.Module.Diagnostics.Count(m => m.Severity == MibSeverity.Error)), Numbers(documents, d => d.Module.Diagnostics.Count(m => m.Severity == MibSeverity.Warning)),
        // A module's name has no blank.
        Sql.Texts([.. documents.Select(d => string.Join(' ', d.Module.Imports.Select(i => i.Module).Distinct()))]), Sql.Texts([.. documents.Select(d => string.Join(' ', d.Module.MissingModules))]),
        Sql.Texts([.. documents.Select(d => d.Diagnostics)]), Bytes(documents, d => d.Outline), Bytes(documents, d => d.Texts), Bytes(documents, d => d.Signature));

    private static NpgsqlParameter Numbers(IReadOnlyList<StoredDocument> documents, Func<StoredDocument, int> value) => Sql.Array<int>([.. documents.Select(value)], NpgsqlDbType.Integer);

    private static NpgsqlParameter Bytes(IReadOnlyList<StoredDocument> documents, Func<StoredDocument, byte[]> value) => Sql.Array<byte[]>([.. documents.Select(value)], NpgsqlDbType.Bytea);

    /// <summary>Of each name, or of each of these names, the pinned revision is active, else the one last updated, else the one uploaded last.</summary>
    public static NpgsqlBatchCommand Activate(Guid tenant, string[]? names = null) => Sql.Command(
        """
        UPDATE mib_modules m SET active = (c.place = 1)
        FROM (SELECT m.id, row_number() OVER (PARTITION BY m.name ORDER BY m.pinned DESC, m.last_updated DESC NULLS LAST, f.uploaded_at DESC, m.id DESC) AS place
              FROM mib_modules m JOIN mib_files f ON f.tenant_id = m.tenant_id AND f.id = m.file_id WHERE m.tenant_id = $1 AND ($2::text[] IS NULL OR m.name = ANY ($2))) c
        WHERE m.tenant_id = $1 AND m.id = c.id AND m.active IS DISTINCT FROM (c.place = 1)
        """, Sql.Uuid(tenant), Sql.Texts(names));

    /// <summary>Tells every node and every open page.</summary>
    public static NpgsqlBatchCommand Notify(Guid tenant) => Sql.Command("SELECT sys.notify_change($1, $2, $3)", Sql.Text(MibCache.Topic), Sql.Uuid(tenant), Sql.Texts([]));
}
