using System.Globalization;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Mibs;

/// <summary>
/// Compiles batches of an upload and stores them. Compiling needs no lock, so one batch is compiled while the one before it is stored; where the library was changed by
/// somebody else meanwhile, it is compiled again when its turn comes.
/// </summary>
internal sealed class UploadBatch(DataSources dataSources, IMibCompiler compiler, UploadStore store, ClaimedUpload upload, LibraryShelf shelf)
{
    private static readonly MibLimits Limits = new() { Threads = Environment.ProcessorCount };

    private readonly Caller caller = Caller.System(upload.Tenant, upload.By);

    /// <summary>Compiles a batch against the library as it is and as the batches before will leave it. One at a time, in their order.</summary>
    public async Task<PreparedBatch> PrepareAsync(IReadOnlyList<PlannedFile> planned, CancellationToken cancellationToken)
    {
        await using var connection = await dataSources.App.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var library = new LibraryReader(connection, transaction);
        await library.RunAsync(TenantBatch.SetTenant(upload.Tenant), cancellationToken);
        return await PrepareAsync(library, planned, cancellationToken);
    }

    /// <summary>Stores what was prepared. False where the library was changed by somebody else since: nothing is written then.</summary>
    public async Task<(bool IsStored, string? StoppedBy)> StoreAsync(PreparedBatch batch, CancellationToken cancellationToken)
    {
        await using var change = await LibraryChange.BeginAsync(dataSources, compiler, caller, cancellationToken);
        if (await HoldAsync(change, cancellationToken) is { } stop) return (false, stop);
        if (!await shelf.IsCurrentAsync(change.Reader, cancellationToken)) return (false, null);
        await StoreAsync(change, batch, cancellationToken);
        return (true, null);
    }

    /// <summary>Compiles a batch while it holds the library, and stores it. Gives who asked for the upload's end, or null. Not while another batch is prepared.</summary>
    public async Task<string?> RunAsync(IReadOnlyList<PlannedFile> planned, CancellationToken cancellationToken)
    {
        shelf.Clear();
        await using var change = await LibraryChange.BeginAsync(dataSources, compiler, caller, cancellationToken);
        if (await HoldAsync(change, cancellationToken) is { } stop) return stop;
        await StoreAsync(change, await PrepareAsync(change.Reader, planned, cancellationToken), cancellationToken);
        return null;
    }

    /// <summary>Nothing that was prepared and not stored is believed any more. Not while a batch is prepared.</summary>
    public void Forget() => shelf.Clear();

    private async Task<string?> HoldAsync(LibraryChange change, CancellationToken cancellationToken)
    {
        var held = await change.ListAsync(store.Hold(upload), r => r.TextOrNull(0), cancellationToken);
        return held.Count == 0 ? throw new UploadLostException() : held[0];
    }

    private async Task StoreAsync(LibraryChange change, PreparedBatch batch, CancellationToken cancellationToken)
    {
        await SaveAsync(change, batch, cancellationToken);
        string[] names = [.. batch.Files.SelectMany(f => f.Modules.Select(m => m.Name)).Distinct()];
        await change.RunAsync([MibStore.Activate(upload.Tenant, names)], cancellationToken);
        var active = (await change.ListAsync(Sql.Command("SELECT file_id, name FROM mib_modules WHERE tenant_id = $1 AND active AND name = ANY ($2)", Sql.Uuid(upload.Tenant), Sql.Texts(names)), r => (r.GetGuid(0), r.GetString(1)), cancellationToken)).ToHashSet();
        await change.RunAsync([.. Results(batch.Files, batch.Before.Select(b => b.Name).ToHashSet(StringComparer.Ordinal), active), UploadStore.Tell(upload)], cancellationToken);
        await shelf.RememberAsync(change.Reader, cancellationToken);
        await change.CommitAsync(cancellationToken);
        if (!active.IsSupersetOf(batch.InForce)) shelf.Distrust();
    }

    private async Task<PreparedBatch> PrepareAsync(LibraryReader library, IReadOnlyList<PlannedFile> planned, CancellationToken cancellationToken)
    {
        var rows = await library.ListAsync(Rows(planned), ReadRow, cancellationToken);
        var own = planned.SelectMany(p => p.Modules.Select(m => m.Name)).ToHashSet(StringComparer.Ordinal);
        // What the batch itself has is not looked for on the shelf: the revision that will be in force stands first among the files.
        shelf.Drop(own);
        await shelf.FetchAsync(library, planned.SelectMany(p => p.Modules).SelectMany(m => m.Imports).Where(n => !own.Contains(n)), cancellationToken);
        var before = await library.ListAsync(Sql.Command("SELECT name, file_id, pinned FROM mib_modules WHERE tenant_id = $1 AND name = ANY ($2)", Sql.Uuid(upload.Tenant), Sql.Texts([.. own])), r => (Name: r.GetString(0), File: r.GetGuid(1), Pinned: r.GetBoolean(2)), cancellationToken);
        var inForce = await Task.Run(() => Compile(planned, rows, before.Where(b => b.Pinned).Select(b => b.File).ToHashSet(), cancellationToken), cancellationToken);
        var documents = await Task.Run(() => Pack(rows, cancellationToken), cancellationToken);
        shelf.Put(rows.SelectMany(f => f.Modules.Where(m => inForce.Contains((f.FileId, m.Name)))));
        return new PreparedBatch(planned, rows, documents, before, inForce);
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
        return new UploadedFile(r.GetInt32(0), r.GetString(1), r.GetFieldValue<byte[]>(3), r.GetBoolean(4), existing ?? Guid.CreateVersion7(), existing is not null);
    }

    // Gives the modules that are the ones of their names for all others.
    private HashSet<(Guid, string)> Compile(IReadOnlyList<PlannedFile> planned, List<UploadedFile> rows, HashSet<Guid> pinned, CancellationToken cancellationToken)
    {
        var updated = planned.ToDictionary(p => p.No, p => p.Modules.Max(m => m.LastUpdated));
        var texts = rows.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(f => (File: f, Bytes: ModuleDocument.Decompress(f.Packed))).ToList();
        foreach (var (file, bytes) in texts) file.Size = bytes.Length;
        // The compiler takes the first of a name for what others import: the revision that will be in force.
        var ordered = texts.OrderByDescending(t => pinned.Contains(t.File.FileId)).ThenByDescending(t => updated[t.File.No], StringComparer.Ordinal).ThenBy(t => t.File.Again).ThenByDescending(t => t.File.No).ToList();
        var result = compiler.Compile([.. ordered.Select(t => new MibSource(KeyOf(t.File), t.Bytes))], shelf.Find, Limits, cancellationToken);
        var modules = result.Modules.ToLookup(m => m.File, StringComparer.Ordinal);
        var problems = result.Diagnostics.ToLookup(d => d.File, StringComparer.Ordinal);
        var (inForce, taken) = (new HashSet<(Guid, string)>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (file, _) in ordered)
        {
            file.Modules = [.. modules[KeyOf(file)].DistinctBy(m => m.Name).Select(m => m with { File = file.Name, Diagnostics = [.. m.Diagnostics.Select(d => d with { File = file.Name })] })];
            file.Message = file.Modules.Count > 0 ? null : problems[KeyOf(file)].FirstOrDefault()?.Message ?? "There is no module in it.";
            foreach (var module in file.Modules.Where(m => taken.Add(m.Name))) inForce.Add((file.FileId, module.Name));
        }
        return inForce;
    }

    private static List<StoredDocument> Pack(List<UploadedFile> files, CancellationToken cancellationToken) =>
        [.. files.SelectMany(f => f.Modules.Select(m => (f.FileId, Module: m))).AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(p => StoredDocument.Of(p.FileId, p.Module))];

    // Two files may have one name: while they are compiled they go by their numbers.
    private static string KeyOf(UploadedFile file) => file.No.ToString(CultureInfo.InvariantCulture);

    private async Task SaveAsync(LibraryChange change, PreparedBatch batch, CancellationToken cancellationToken)
    {
        var added = batch.Files.Where(f => f.Modules.Count > 0 && !f.Again).ToList();
        await change.RunAsync(
        [
            Sql.Command(
                """
                INSERT INTO mib_files (tenant_id, id, name, hash, size, source, uploaded_by)
                SELECT $1, n.id, u.name, u.hash, u.size, u.source, $3 FROM unnest($4, $5) AS n(no, id) JOIN mib_upload_files u ON u.tenant_id = $1 AND u.upload_id = $2 AND u.no = n.no
                ON CONFLICT (tenant_id, hash) DO UPDATE SET name = excluded.name, uploaded_by = excluded.uploaded_by, uploaded_at = now()
                """, Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id), Sql.Text(upload.By), Sql.Array<int>([.. added.Select(f => f.No)], NpgsqlDbType.Integer), Sql.Uuids([.. added.Select(f => f.FileId)])),
            MibStore.SaveModules(upload.Tenant, batch.Documents),
        ], cancellationToken);
    }

    private IEnumerable<NpgsqlBatchCommand> Results(IReadOnlyList<UploadedFile> files, HashSet<string> before, HashSet<(Guid, string)> active)
    {
        var results = files.Select(f => new MibUploadFile(f.Name, f.Size, [.. f.Modules.Select(m => Result(m, ChangeOf(f, m, before, active)))], f.Message)).ToList();
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
}
