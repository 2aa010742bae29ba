using System.Globalization;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Mibs;

/// <summary>Compiles one batch of an upload and stores it, in one transaction that holds the library.</summary>
internal sealed class UploadBatch(DataSources dataSources, IMibCompiler compiler, UploadStore store, ClaimedUpload upload, LibraryShelf shelf)
{
    private static readonly MibLimits Limits = new();

    private readonly Caller caller = Caller.System(upload.Tenant, upload.By);

    /// <summary>Runs it. Gives who asked for the upload's end, or null.</summary>
    public async Task<string?> RunAsync(IReadOnlyList<PlannedFile> planned, CancellationToken cancellationToken)
    {
        await using var change = await LibraryChange.BeginAsync(dataSources, compiler, caller, cancellationToken);
        var held = await change.ListAsync(store.Hold(upload), r => r.TextOrNull(0), cancellationToken);
        if (held.Count == 0) throw new UploadLostException();
        if (held[0] is { } stop) return stop;
        await shelf.CheckAsync(change, cancellationToken);
        var rows = await change.ListAsync(Rows(planned), ReadRow, cancellationToken);
        var own = planned.SelectMany(p => p.Modules.Select(m => m.Name)).ToHashSet(StringComparer.Ordinal);
        // What the batch itself has is not looked for on the shelf: the revision that will be in force stands first among the files.
        shelf.Drop(own);
        await shelf.FetchAsync(change, planned.SelectMany(p => p.Modules).SelectMany(m => m.Imports).Where(n => !own.Contains(n)), cancellationToken);
        var before = await change.ListAsync(Sql.Command("SELECT name, file_id, pinned FROM mib_modules WHERE tenant_id = $1 AND name = ANY ($2)", Sql.Uuid(upload.Tenant), Sql.Texts([.. own])), r => (Name: r.GetString(0), File: r.GetGuid(1), Pinned: r.GetBoolean(2)), cancellationToken);
        var files = Compile(planned, rows, before.Where(b => b.Pinned).Select(b => b.File).ToHashSet(), cancellationToken);
        await SaveAsync(change, files, cancellationToken);
        string[] names = [.. files.SelectMany(f => f.Modules.Select(m => m.Name)).Distinct()];
        await change.RunAsync([MibStore.Activate(upload.Tenant, names)], cancellationToken);
        var active = (await change.ListAsync(Sql.Command("SELECT file_id, name FROM mib_modules WHERE tenant_id = $1 AND active AND name = ANY ($2)", Sql.Uuid(upload.Tenant), Sql.Texts(names)), r => (r.GetGuid(0), r.GetString(1)), cancellationToken)).ToHashSet();
        await change.RunAsync([.. Results(files, before.Select(b => b.Name).ToHashSet(StringComparer.Ordinal), active), UploadStore.Tell(upload)], cancellationToken);
        await shelf.RememberAsync(change, cancellationToken);
        await change.CommitAsync(cancellationToken);
        foreach (var file in files)
            foreach (var module in file.Modules.Where(m => active.Contains((file.FileId, m.Name)))) shelf.Put(ModuleDocument.Outline(module));
        return null;
    }

    /// <summary>Leaves files out, with a sentence.</summary>
    public async Task LeaveOutAsync(IReadOnlyList<PlannedFile> files, string why, CancellationToken cancellationToken) => await store.StepAsync(upload,
    [
        Sql.Command("UPDATE mib_upload_files SET state = 'done', source = NULL, headers = NULL, message = $4 WHERE tenant_id = $1 AND upload_id = $2 AND no = ANY ($3)",
            Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Array<int>([.. files.Select(f => f.No)], NpgsqlDbType.Integer), Sql.Text(why)),
        Sql.Command("UPDATE mib_uploads SET done = done + $3, without_module = without_module + $3 WHERE tenant_id = $1 AND id = $2", Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Int(files.Count)),
    ], cancellationToken);

    private NpgsqlBatchCommand Rows(IReadOnlyList<PlannedFile> planned) => Sql.Command(
        """
        SELECT u.no, u.name, u.hash, coalesce(u.source, f.source), u.again, f.id FROM mib_upload_files u LEFT JOIN mib_files f ON f.tenant_id = $1 AND f.hash = u.hash
        WHERE u.tenant_id = $1 AND u.upload_id = $2 AND u.no = ANY ($3) AND u.state = 'waiting' AND coalesce(u.source, f.source) IS NOT NULL ORDER BY u.no
        """, Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Array<int>([.. planned.Select(p => p.No)], NpgsqlDbType.Integer));

    private static UploadedFile ReadRow(NpgsqlDataReader r)
    {
        var existing = r.UuidOrNull(5);
        return new UploadedFile(r.GetInt32(0), r.GetString(1), ModuleDocument.Decompress(r.GetFieldValue<byte[]>(3)), r.GetBoolean(4), existing ?? Guid.CreateVersion7(), existing is not null);
    }

    private List<UploadedFile> Compile(IReadOnlyList<PlannedFile> planned, List<UploadedFile> rows, HashSet<Guid> pinned, CancellationToken cancellationToken)
    {
        var updated = planned.ToDictionary(p => p.No, p => p.Modules.Max(m => m.LastUpdated));
        // The compiler takes the first of a name for what others import: the revision that will be in force.
        var ordered = rows.OrderByDescending(f => pinned.Contains(f.FileId)).ThenByDescending(f => updated[f.No], StringComparer.Ordinal).ThenBy(f => f.Again).ThenByDescending(f => f.No);
        var result = compiler.Compile([.. ordered.Select(f => new MibSource(KeyOf(f), f.Bytes))], shelf.Find, Limits, cancellationToken);
        var modules = result.Modules.ToLookup(m => m.File, StringComparer.Ordinal);
        var problems = result.Diagnostics.ToLookup(d => d.File, StringComparer.Ordinal);
        foreach (var file in rows)
        {
            file.Modules = [.. modules[KeyOf(file)].DistinctBy(m => m.Name).Select(m => m with { File = file.Name, Diagnostics = [.. m.Diagnostics.Select(d => d with { File = file.Name })] })];
            file.Message = file.Modules.Count > 0 ? null : problems[KeyOf(file)].FirstOrDefault()?.Message ?? "There is no module in it.";
        }
        return rows;
    }

    // Two files may have one name: while they are compiled they go by their numbers.
    private static string KeyOf(UploadedFile file) => file.No.ToString(CultureInfo.InvariantCulture);

    private async Task SaveAsync(LibraryChange change, List<UploadedFile> files, CancellationToken cancellationToken)
    {
        var stored = files.Where(f => f.Modules.Count > 0).ToList();
        var added = stored.Where(f => !f.Again).ToList();
        await change.RunAsync([Sql.Command(
            """
            INSERT INTO mib_files (tenant_id, id, name, hash, size, source, uploaded_by)
            SELECT $1, n.id, u.name, u.hash, u.size, u.source, $3 FROM unnest($4, $5) AS n(no, id) JOIN mib_upload_files u ON u.tenant_id = $1 AND u.upload_id = $2 AND u.no = n.no
            ON CONFLICT (tenant_id, hash) DO UPDATE SET name = excluded.name, uploaded_by = excluded.uploaded_by, uploaded_at = now()
            """, Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Text(upload.By), Sql.Array<int>([.. added.Select(f => f.No)], NpgsqlDbType.Integer), Sql.Uuids([.. added.Select(f => f.FileId)]))], cancellationToken);
        foreach (var part in stored.SelectMany(f => f.Modules.Select(m => (f.FileId, Module: m))).Chunk(50))
            await change.RunAsync(part.Select(p => MibStore.SaveModule(upload.Tenant, p.FileId, p.Module)), cancellationToken);
    }

    private IEnumerable<NpgsqlBatchCommand> Results(List<UploadedFile> files, HashSet<string> before, HashSet<(Guid, string)> active)
    {
        var results = files.ConvertAll(f => new MibUploadFile(f.Name, f.Bytes.Length, [.. f.Modules.Select(m => Result(m, ChangeOf(f, m, before, active)))], f.Message));
        int[] errors = [.. results.Select(r => r.Modules.Sum(m => m.Errors))], warnings = [.. results.Select(r => r.Modules.Sum(m => m.Warnings))];
        var own = files.Select((f, i) => (File: f, Place: i)).Where(p => !p.File.Again).Select(p => p.Place).ToList();
        yield return Sql.Command(
            """
            UPDATE mib_upload_files u SET state = 'done', source = NULL, headers = NULL, file_id = r.file, modules = r.modules::jsonb, message = r.message, errors = r.errors, warnings = r.warnings, missing = r.missing
            FROM unnest($3, $4, $5, $6, $7, $8, $9) AS r(no, file, modules, message, errors, warnings, missing) WHERE u.tenant_id = $1 AND u.upload_id = $2 AND u.no = r.no
            """,
            Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Array<int>([.. files.Select(f => f.No)], NpgsqlDbType.Integer), Sql.Array<Guid?>([.. files.Select(f => f.Modules.Count > 0 ? f.FileId : (Guid?)null)], NpgsqlDbType.Uuid),
            Sql.Texts([.. results.Select(r => UploadWords.ToJson(r.Modules))]), Sql.Texts([.. results.Select(r => r.Message)]), Sql.Array(errors, NpgsqlDbType.Integer), Sql.Array(warnings, NpgsqlDbType.Integer),
            Sql.Array<int>([.. results.Select(r => r.Modules.Sum(m => m.Missing.Count))], NpgsqlDbType.Integer));
        yield return Sql.Command("UPDATE mib_uploads SET done = done + $3, modules = modules + $4, errors = errors + $5, warnings = warnings + $6, without_module = without_module + $7 WHERE tenant_id = $1 AND id = $2",
            Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Int(files.Count), Sql.Int(own.Sum(i => results[i].Modules.Count)), Sql.Int(own.Sum(i => errors[i])), Sql.Int(own.Sum(i => warnings[i])), Sql.Int(own.Count(i => results[i].Modules.Count == 0)));
    }

    private static MibUploadChange ChangeOf(UploadedFile file, MibModule module, HashSet<string> before, HashSet<(Guid, string)> active) =>
        file.WasThere ? MibUploadChange.Same : !active.Contains((file.FileId, module.Name)) ? MibUploadChange.NotInForce : before.Contains(module.Name) ? MibUploadChange.Revision : MibUploadChange.New;

    private static MibUploadModule Result(MibModule module, MibUploadChange change)
    {
        var errors = module.Diagnostics.Count(d => d.Severity == MibSeverity.Error);
        var first = module.Diagnostics.FirstOrDefault(d => d.Severity == MibSeverity.Error);
        return new MibUploadModule(module.Name, module.Definitions.Count, errors, module.Diagnostics.Count - errors, module.MissingModules, change) { FirstError = first is null ? null : $"Line {first.Line}: {first.Message}" };
    }

    private sealed class UploadedFile(int no, string name, byte[] bytes, bool again, Guid fileId, bool wasThere)
    {
        public int No { get; } = no;
        public string Name { get; } = name;
        public byte[] Bytes { get; } = bytes;
        public bool Again { get; } = again;
        public Guid FileId { get; } = fileId;
        public bool WasThere { get; } = wasThere;
        public IReadOnlyList<MibModule> Modules { get; set; } = [];
        public string? Message { get; set; }
    }
}
