using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Core.Mibs;

/// <summary>The MIB modules of a tenant: uploaded, compiled, listed, pinned, deleted. Whoever may see devices may read them.</summary>
public sealed partial class MibLibrary(DataSources dataSources, IMibCompiler compiler, MibCache cache, MibUploads uploads, ILogger<MibLibrary> logger) : IDisposable
{
    private const int MaximumModules = 20_000;
    private static readonly TimeSpan LongestCompilation = TimeSpan.FromSeconds(60);

    private static readonly string TooLong = $"Compiling took longer than {LongestCompilation.TotalSeconds:0} seconds and was stopped; nothing was stored. Upload the modules in smaller parts.";

    // Compiling is work for the processor: two at once leave room for everybody else.
    private readonly SemaphoreSlim compilations = new(2);

    /// <summary>The tenant's modules by name, the active revision of each first.</summary>
    public async Task<Result<IReadOnlyList<MibModuleRow>>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the MIB library");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {MibStore.RowColumns} FROM {MibStore.RowSource} WHERE m.tenant_id = $1 ORDER BY lower(m.name), m.active DESC, m.last_updated DESC NULLS LAST, m.id DESC", Sql.Uuid(caller.Tenant));
        return await batch.ListAsync(MibStore.ReadRow, cancellationToken);
    }

    /// <summary>One module with its diagnostics.</summary>
    public async Task<Result<MibModuleDetail>> GetAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the MIB library");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {MibStore.RowColumns}, m.imports, m.diagnostics::text, m.texts, m.outline FROM {MibStore.RowSource} WHERE m.tenant_id = $1 AND m.id = $2", Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        var found = await batch.FirstAsync(r =>
        {
            var texts = ModuleDocument.Unpack<ModuleTexts>(r.GetFieldValue<byte[]>(16));
            var outline = ModuleDocument.Unpack<MibModule>(r.GetFieldValue<byte[]>(17));
            var identity = outline.Definitions.FirstOrDefault(d => d.Kind == MibKind.Module) ?? outline.Definitions.FirstOrDefault(d => d.Oid is not null);
            return new MibModuleDetail(MibStore.ReadRow(r), r.GetFieldValue<string[]>(14), MibStore.FromJson(r.GetString(15)), texts.Organization, texts.Description, identity?.Oid);
        }, cancellationToken);
        return found is null ? Problem.NotFound("MIB module") : found;
    }

    /// <summary>
    /// Takes files and zip archives, compiles what is in them and what waits for it. Invalid with a sentence where the upload is refused as a whole; a
    /// bad module is no reason for that, it is stored with its diagnostics.
    /// </summary>
    /// <param name="caller">Needs <see cref="Rights.ManageDevices"/>.</param>
    /// <param name="uploaded">The files as they came.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <param name="cancellationToken">Ends it; nothing is stored then.</param>
    public async Task<Result<MibUploadResult>> UploadAsync(Caller caller, IReadOnlyList<MibSource> uploaded, IProgress<MibProgress>? progress, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("upload MIB modules");
        var clock = Stopwatch.GetTimestamp();
        progress?.Report(new MibProgress("Unpacking", 0));
        var unpacked = await Task.Run(() => MibArchive.Unpack(uploaded, cancellationToken), cancellationToken);
        if (unpacked.Problem is { } refused)
        {
            await uploads.RefuseAsync(caller, uploaded, refused.Message, cancellationToken);
            return refused;
        }
        progress?.Report(new MibProgress("Compiling", unpacked.Value.Count));
        await compilations.WaitAsync(cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestCompilation);
        try
        {
            var result = await StoreAsync(caller, unpacked.Value, progress, limit.Token);
            if (result.IsSuccess) LogUploaded(caller.Tenant, result.Value.Files, result.Value.Modules.Count, result.Value.Recompiled.Count, (long)Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            return result;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogTooLong(caller.Tenant, unpacked.Value.Count);
            await uploads.RefuseAsync(caller, uploaded, TooLong, cancellationToken);
            return Problem.Invalid("files", TooLong);
        }
        finally
        {
            compilations.Release();
        }
    }

    /// <summary>
    /// Removes a module with its file, and so whatever other modules stand in the same file. Conflict with their names where others import one of them
    /// and no other revision of it is left. Gives the names that are gone.
    /// </summary>
    /// <param name="caller">Needs <see cref="Rights.ManageDevices"/>.</param>
    /// <param name="id">The module.</param>
    /// <param name="withImporters">True: the modules that import it are removed as well, and those that import them.</param>
    /// <param name="cancellationToken">Ends it; nothing is removed then.</param>
    public async Task<Result<IReadOnlyList<string>>> DeleteAsync(Caller caller, Guid id, bool withImporters, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("delete MIB modules");
        await using var change = await LibraryChange.BeginAsync(dataSources, compiler, caller, cancellationToken);
        var stored = await change.ListAsync(MibStore.All(caller.Tenant), MibStore.ReadStored, cancellationToken);
        if (stored.Find(m => m.Id == id) is not { } chosen) return Problem.NotFound("MIB module");
        var builtIn = compiler.BuiltIn.Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        var (files, importers) = Deletion.Of(stored, chosen, builtIn, withImporters);
        if (importers.Count > 0) return Problem.Conflict(Deletion.Refusal(chosen.Name, importers));
        string[] names = [.. stored.Where(m => files.Contains(m.FileId)).Select(m => m.Name).Distinct().Order(StringComparer.Ordinal)];
        await change.RunAsync([Sql.Command("DELETE FROM mib_files WHERE tenant_id = $1 AND id = ANY ($2)", Sql.Uuid(caller.Tenant), Sql.Uuids([.. files]))], cancellationToken);
        // An earlier revision that is in force again now is what the others see.
        await change.RunAsync([MibStore.Activate(caller.Tenant)], cancellationToken);
        await change.CompileAsync([], names, null, cancellationToken);
        await change.CommitAsync([AuditLog.Command(caller, new AuditEntry("mib.delete", "mib", id.ToString(), $"Deleted {Count(names.Length, "MIB module")}: {string.Join(", ", names.Take(10))}."))], cancellationToken);
        cache.Forget(caller.Tenant);
        return names;
    }

    /// <summary>Makes a revision the one that counts, or leaves the choice to LAST-UPDATED again. Needs <see cref="Rights.ManageDevices"/>.</summary>
    public async Task<Result<Done>> PinAsync(Caller caller, Guid id, bool pinned, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.ManageDevices)) return Problem.Forbidden("choose revisions of MIB modules");
        await using var change = await LibraryChange.BeginAsync(dataSources, compiler, caller, cancellationToken);
        var names = await change.ListAsync(
            Sql.Command("UPDATE mib_modules SET pinned = (id = $2 AND $3) WHERE tenant_id = $1 AND name = (SELECT name FROM mib_modules WHERE tenant_id = $1 AND id = $2) RETURNING name", Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Bool(pinned)),
            r => r.GetString(0), cancellationToken);
        if (names.Count == 0) return Problem.NotFound("MIB module");
        await change.RunAsync([MibStore.Activate(caller.Tenant)], cancellationToken);
        await change.CompileAsync([], [names[0]], null, cancellationToken);
        await change.CommitAsync([AuditLog.Command(caller, new AuditEntry("mib.pin", "mib", id.ToString(), pinned ? $"Chose a revision of the MIB module {names[0]}." : $"Left the revision of the MIB module {names[0]} to its date."))], cancellationToken);
        cache.Forget(caller.Tenant);
        return new Done();
    }

    /// <inheritdoc />
    public void Dispose() => compilations.Dispose();

    private async Task<Result<MibUploadResult>> StoreAsync(Caller caller, IReadOnlyList<MibSource> sources, IProgress<MibProgress>? progress, CancellationToken cancellationToken)
    {
        await using var change = await LibraryChange.BeginAsync(dataSources, compiler, caller, cancellationToken);
        var files = sources.Select(s => new StoredFile(Guid.CreateVersion7(), s.FileName, SHA256.HashData(s.Bytes.Span), s.Bytes, [])).DistinctBy(f => Convert.ToHexString(f.Hash)).ToList();
        var count = await change.ListAsync(Sql.Command("SELECT count(*)::int FROM mib_modules WHERE tenant_id = $1", Sql.Uuid(caller.Tenant)), r => r.GetInt32(0), cancellationToken);
        if (count[0] + files.Count > MaximumModules) return Problem.Conflict(string.Create(CultureInfo.InvariantCulture, $"A library holds at most {MaximumModules:N0} modules; this one has {count[0]:N0}. Delete some that nobody needs."));
        var hashes = files.Select(f => f.Hash).ToArray();
        var before = (await change.ListAsync(MibStore.All(caller.Tenant), MibStore.ReadStored, cancellationToken)).Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        // The same bytes again: the file is replaced, so that its name and date are those of the newest upload.
        var replaced = await change.ListAsync(Sql.Command("DELETE FROM mib_files WHERE tenant_id = $1 AND hash = ANY ($2) RETURNING hash", Sql.Uuid(caller.Tenant), Sql.Array(hashes, NpgsqlTypes.NpgsqlDbType.Bytea)), r => Convert.ToHexString(r.GetFieldValue<byte[]>(0)), cancellationToken);
        var (added, again, diagnostics) = await change.CompileAsync(files, [], progress, cancellationToken);
        await change.RunAsync([MibStore.Activate(caller.Tenant)], cancellationToken);
        var active = (await change.ListAsync(MibStore.All(caller.Tenant), MibStore.ReadStored, cancellationToken)).Where(m => m.Active).Select(m => (m.FileId, m.Name)).ToHashSet();
        var modules = added.SelectMany(f => f.Modules).ToList();
        var own = modules.Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        var id = Guid.CreateVersion7();
        var problems = diagnostics.Concat(modules.SelectMany(m => m.Diagnostics)).ToList();
        var contents = added.Select(f => new MibUploadFile(f.Name, f.Bytes.Length,
            [.. f.Modules.Select(m => new MibUploadModule(m.Name, m.Definitions.Count, Severe(m.Diagnostics), m.Diagnostics.Count - Severe(m.Diagnostics), m.MissingModules,
                replaced.Contains(Convert.ToHexString(f.Hash)) ? MibUploadChange.Same : !active.Contains((f.Id, m.Name)) ? MibUploadChange.NotInForce : before.Contains(m.Name) ? MibUploadChange.Revision : MibUploadChange.New))],
            f.Modules.Count > 0 ? null : diagnostics.FirstOrDefault(d => d.File == f.Name)?.Message)).ToList();
        var others = again.Where(n => !own.Contains(n)).ToList();
        var record = new MibUploadRecord(id, contents, others, diagnostics, sources.Count, modules.Count, Severe(problems), problems.Count - Severe(problems), null);
        await change.CommitAsync(
        [
            .. MibUploads.Statements(caller, record),
            AuditLog.Command(caller, new AuditEntry("mib.upload", "mib", id.ToString(), $"Uploaded {Count(sources.Count, "file")} with {Count(modules.Count, "MIB module")}{Names(modules)}.")),
        ], cancellationToken);
        cache.Forget(caller.Tenant);
        var rows = await ListAsync(caller, cancellationToken);
        return new MibUploadResult(id, sources.Count, [.. rows.Value.Where(r => own.Contains(r.Name) && files.Exists(f => f.Name == r.FileName))], others, diagnostics);
    }

    private static int Severe(IEnumerable<MibDiagnostic> diagnostics) => diagnostics.Count(d => d.Severity == MibSeverity.Error);

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Names(List<MibModule> modules) => modules.Count switch
    {
        0 => "",
        <= 5 => $": {string.Join(", ", modules.Select(m => m.Name))}",
        _ => $": {string.Join(", ", modules.Take(5).Select(m => m.Name))} and others",
    };

    [LoggerMessage(3400, LogLevel.Information, "Tenant {Tenant} uploaded {Files} MIB files with {Modules} modules, {Again} others compiled again, in {Milliseconds} ms.")]
    private partial void LogUploaded(Guid tenant, int files, int modules, int again, long milliseconds);

    [LoggerMessage(3401, LogLevel.Warning, "Compiling {Files} MIB files of tenant {Tenant} took too long and was stopped.")]
    private partial void LogTooLong(Guid tenant, int files);
}
