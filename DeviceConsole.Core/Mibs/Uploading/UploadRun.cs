using System.Globalization;
using DeviceConsole.Core.Data;

namespace DeviceConsole.Core.Mibs;

/// <summary>One upload from its bytes to its modules. What an earlier try has finished is not done again.</summary>
internal sealed class UploadRun(DataSources dataSources, IMibCompiler compiler, UploadStore store, MibOptions options, ClaimedUpload upload)
{
    private const int StageFiles = 200, StageBytes = 8 * 1024 * 1024;
    private static readonly MibLimits Limits = new();

    /// <summary>Runs it; how it ended, with a sentence where it did not end well.</summary>
    public async Task<(MibUploadState State, string? Reason)> RunAsync(CancellationToken cancellationToken)
    {
        if (upload.Step == MibUploadStep.Unpacking && await UnpackAsync(cancellationToken) is { } end) return end;
        if (upload.Step != MibUploadStep.Compiling && await PlanAsync(cancellationToken) is { } full) return (MibUploadState.Refused, full);
        return await CompileAsync(cancellationToken) is { } by ? (MibUploadState.Cancelled, $"{by} stopped it. What was compiled by then is in the library.") : (MibUploadState.Done, null);
    }

    // Files out of the archives, into the database, a few at a time: while some are stored the next ones are read. The reading has a thread of its own.
    private async Task<(MibUploadState, string)?> UnpackAsync(CancellationToken cancellationToken)
    {
        if (await store.StepAsync(upload, [UploadStore.Restart(upload)], cancellationToken) is { } by) return Stopped(by);
        var hashes = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        var storing = Task.FromResult<string?>(null);
        using var files = Files(cancellationToken).GetEnumerator();
        try
        {
            while (true)
            {
                var (sources, refusal) = await Task.Run(() => Next(files, hashes), cancellationToken);
                if (refusal is not null) return (MibUploadState.Refused, refusal.Message);
                var first = number;
                var staged = await Task.Run(() => Stage(sources, first, cancellationToken), cancellationToken);
                number += staged.Count;
                if (await storing is { } stop) return Stopped(stop);
                if (staged.Count == 0) break;
                storing = store.StepAsync(upload, [UploadStore.Stage(upload, staged), UploadStore.Count(upload, number)], cancellationToken);
            }
        }
        finally
        {
            await ((Task)storing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await store.StepAsync(upload, UploadStore.Unpacked(upload, number), cancellationToken);
        return null;
    }

    // The next files that are worth a step, none at the end. The same file under two names, as collections have them, is compiled once.
    private static (List<(MibSource Source, byte[] Hash)> Files, Problem? Refusal) Next(IEnumerator<MibUnpacked> files, HashSet<string> hashes)
    {
        var (found, bytes) = (new List<(MibSource, byte[])>(), 0L);
        while (found.Count < StageFiles && bytes < StageBytes && files.MoveNext())
        {
            var (source, refusal) = files.Current;
            if (refusal is not null) return ([], refusal);
            var hash = StagedFile.HashOf(source!);
            if (!hashes.Add(Convert.ToHexString(hash))) continue;
            found.Add((source!, hash));
            bytes += source!.Bytes.Length;
        }
        return (found, null);
    }

    private List<StagedFile> Stage(List<(MibSource Source, byte[] Hash)> files, int first, CancellationToken cancellationToken) =>
        [.. files.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select((f, i) => StagedFile.Of(first + i, f.Source, f.Hash, compiler.Headers(f.Source, Limits, cancellationToken)))];

    private static (MibUploadState, string) Stopped(string by) => (MibUploadState.Cancelled, $"{by} stopped it before anything of it was compiled.");

    private IEnumerable<MibUnpacked> Files(CancellationToken cancellationToken)
    {
        var reader = new MibArchiveReader(options.Archives, cancellationToken);
        foreach (var part in UploadParts.Read(dataSources, upload.Tenant, upload.Id))
        {
            using var content = part.Open(dataSources, upload.Tenant, upload.Id);
            foreach (var file in reader.Read(part.Name, content)) yield return file;
        }
    }

    // Files of the library that import what changes: they are compiled again with what is new, each behind what it imports.
    private async Task<string?> PlanAsync(CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, upload.Tenant);
        batch.Add("SELECT u.no, u.name, u.size, u.hash, u.headers::text, f.id IS NOT NULL FROM mib_upload_files u LEFT JOIN mib_files f ON f.tenant_id = $1 AND f.hash = u.hash WHERE u.tenant_id = $1 AND u.upload_id = $2 ORDER BY u.no", Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id));
        var files = await batch.ListAsync(r => (File: new StagedFile(r.GetInt32(0), r.GetString(1), r.GetInt32(2), r.GetFieldValue<byte[]>(3), [], UploadWords.FromJson<List<MibHeader>>(r.GetString(4))), IsSame: r.GetBoolean(5)), cancellationToken);
        await using var library = new TenantBatch(dataSources.App, upload.Tenant);
        library.Add("SELECT m.file_id, m.name, m.imports, m.last_updated, EXISTS (SELECT FROM mib_upload_files u WHERE u.tenant_id = $1 AND u.upload_id = $2 AND u.hash = f.hash) FROM mib_modules m JOIN mib_files f ON f.tenant_id = m.tenant_id AND f.id = m.file_id WHERE m.tenant_id = $1 ORDER BY m.file_id", Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id));
        var stored = await library.ListAsync(r => (File: r.GetGuid(0), Header: new MibHeader(r.GetString(1), r.GetFieldValue<string[]>(2), r.TextOrNull(3)), IsSent: r.GetBoolean(4)), cancellationToken);
        if (stored.Count + files.Where(f => !f.IsSame).Sum(f => f.File.Headers.Count) > options.MaximumModules)
            return string.Create(CultureInfo.InvariantCulture, $"A library holds at most {options.MaximumModules:N0} modules; this one has {stored.Count:N0}, and the upload brings {files.Where(f => !f.IsSame).Sum(f => f.File.Headers.Count):N0} more. Delete some that nobody needs, or upload fewer.");
        var next = files.Count;
        var again = Concerned([.. stored.Select(s => (s.File, s.Header, s.IsSent))], files.Where(f => !f.IsSame).SelectMany(f => f.File.Headers.Select(h => h.Name)), files.SelectMany(f => f.File.Headers.Select(h => h.Name)))
            .Select(g => new StagedFile(next++, "", 0, [], [], g.Headers) { FileId = g.File }).ToList();
        await store.StepAsync(upload, UploadStore.Plan(upload, again), cancellationToken);
        return null;
    }

    /// <summary>
    /// Files of the library that import what has changed, directly or through others, and other revisions of what was sent, so that the one in force is what others see;
    /// without those that were sent.
    /// </summary>
    private static IEnumerable<(Guid File, IReadOnlyList<MibHeader> Headers)> Concerned(List<(Guid File, MibHeader Header, bool IsSent)> stored, IEnumerable<string> changed, IEnumerable<string> sent)
    {
        var names = changed.ToHashSet(StringComparer.Ordinal);
        var importers = stored.SelectMany(s => s.Header.Imports.Select(i => (Import: i, s.Header.Name))).ToLookup(p => p.Import, p => p.Name, StringComparer.Ordinal);
        var open = new Queue<string>(names);
        while (open.TryDequeue(out var name))
            foreach (var importer in importers[name].Where(names.Add)) open.Enqueue(importer);
        names.UnionWith(sent);
        return stored.GroupBy(s => s.File).Where(g => g.Any(s => names.Contains(s.Header.Name)) && !g.First().IsSent).Select(g => (g.Key, (IReadOnlyList<MibHeader>)[.. g.Select(s => s.Header)]));
    }

    private async Task<string?> CompileAsync(CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, upload.Tenant);
        batch.Add("SELECT no, size, headers::text FROM mib_upload_files WHERE tenant_id = $1 AND upload_id = $2 AND state = 'waiting' ORDER BY no", Sql.Uuid(upload.Tenant), Sql.Uuid(upload.Id));
        var (batches, tooLarge) = UploadPlan.Of(await batch.ListAsync(r => new PlannedFile(r.GetInt32(0), r.GetInt32(1), UploadWords.FromJson<List<MibHeader>>(r.GetString(2))), cancellationToken));
        var step = new UploadBatch(dataSources, compiler, store, upload, new LibraryShelf(upload.Tenant));
        foreach (var part in tooLarge.Chunk(1_000))
            await step.LeaveOutAsync(part, $"It stands in a circle of more than {UploadPlan.CircleFiles} files that import each other or have a module of one name. Upload fewer of them.", cancellationToken);
        return await new UploadPipeline(step).RunAsync(batches, cancellationToken);
    }
}
