using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Mibs;

/// <summary>
/// One change of a tenant's library: a transaction that holds the library, and at its end every module compiled that the change
/// concerns: new ones, and those that import a changed one, directly or through others.
/// </summary>
internal sealed class LibraryChange : IAsyncDisposable
{
    private static readonly MibLimits Limits = new();

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;
    private readonly IMibCompiler compiler;
    private readonly Caller caller;

    private LibraryChange(NpgsqlConnection connection, NpgsqlTransaction transaction, IMibCompiler compiler, Caller caller) =>
        (this.connection, this.transaction, this.compiler, this.caller) = (connection, transaction, compiler, caller);

    /// <summary>Opens the transaction and waits for the library.</summary>
    public static async Task<LibraryChange> BeginAsync(DataSources dataSources, IMibCompiler compiler, Caller caller, CancellationToken cancellationToken)
    {
        var connection = await dataSources.App.OpenConnectionAsync(cancellationToken);
        try
        {
            var change = new LibraryChange(connection, await connection.BeginTransactionAsync(cancellationToken), compiler, caller);
            await change.RunAsync([TenantBatch.SetTenant(caller.Tenant), MibStore.Lock(caller.Tenant)], cancellationToken);
            return change;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    /// <summary>Reads within it.</summary>
    public LibraryReader Reader => new(connection, transaction);

    /// <summary>Rows of one statement.</summary>
    public Task<List<T>> ListAsync<T>(NpgsqlBatchCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) => Reader.ListAsync(command, read, cancellationToken);

    /// <summary>Statements one after the other.</summary>
    public async Task RunAsync(IEnumerable<NpgsqlBatchCommand> commands, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var command in commands) batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Compiles new files, and again the stored ones that import one of <paramref name="changed"/> or of the new modules. Gives what was compiled of the
    /// new files, the names compiled again, and the diagnostics of files without a module.
    /// </summary>
    public async Task<(IReadOnlyList<StoredFile> Added, IReadOnlyList<string> Again, IReadOnlyList<MibDiagnostic> Diagnostics)> CompileAsync(
        IReadOnlyList<StoredFile> added, IEnumerable<string> changed, IProgress<MibProgress>? progress, CancellationToken cancellationToken)
    {
        var stored = await ListAsync(MibStore.All(caller.Tenant), MibStore.ReadStored, cancellationToken);
        var names = changed.ToHashSet(StringComparer.Ordinal);
        // A first look at the new files alone tells the names of their modules.
        var first = added.Count > 0 ? Compile(added, [], cancellationToken).Modules : [];
        names.UnionWith(first.Select(m => m.Name));
        var concerned = Concerned(stored, names);
        var again = await ListAsync(MibStore.Files(caller.Tenant, [.. concerned.Select(m => m.FileId).Distinct()]), MibStore.ReadFile, cancellationToken);
        var rest = stored.Where(m => m.Active && !names.Contains(m.Name)).Select(m => m.Id).ToArray();
        var library = await ListAsync(
            Sql.Command("SELECT outline FROM mib_modules WHERE tenant_id = $1 AND id = ANY ($2)", Sql.Uuid(caller.Tenant), Sql.Uuids(rest)),
            r => ModuleDocument.Unpack<MibModule>(r.GetFieldValue<byte[]>(0)), cancellationToken);
        var files = Ordered(added, again, stored, first);
        var result = Compile(files, library, cancellationToken);
        var byFile = files.ToDictionary(f => f.Id, f => f with { Modules = [.. result.Modules.Where(m => m.File == KeyOf(f)).DistinctBy(m => m.Name).Select(m => Renamed(m, f.Name))] });
        await SaveAsync([.. added.Select(f => byFile[f.Id]).Where(f => f.Modules.Count > 0)], [.. again.Select(f => byFile[f.Id])], progress, cancellationToken);
        return ([.. added.Select(f => byFile[f.Id])], [.. concerned.Select(m => m.Name).Distinct().Order(StringComparer.Ordinal)],
            [.. result.Diagnostics.Select(d => d with { File = files.FirstOrDefault(f => KeyOf(f) == d.File)?.Name ?? d.File })]);
    }

    /// <summary>Commits what <see cref="RunAsync"/> has done, and nothing else.</summary>
    public Task CommitAsync(CancellationToken cancellationToken) => transaction.CommitAsync(cancellationToken);

    /// <summary>Ends it: chooses the revision that counts of each name, tells everybody, commits.</summary>
    public async Task CommitAsync(IEnumerable<NpgsqlBatchCommand> last, CancellationToken cancellationToken)
    {
        await RunAsync([MibStore.Activate(caller.Tenant), .. last, MibStore.Notify(caller.Tenant)], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Stored modules that import one of the names, or import one that does; their names join the set.</summary>
    private static List<StoredModule> Concerned(List<StoredModule> stored, HashSet<string> names)
    {
        var importers = stored.SelectMany(m => m.Imports.Select(i => (Import: i, Module: m))).ToLookup(p => p.Import, p => p.Module, StringComparer.Ordinal);
        var concerned = new List<StoredModule>();
        var open = new Queue<string>(names);
        var seen = new HashSet<Guid>();
        while (open.TryDequeue(out var name))
        {
            foreach (var module in importers[name])
            {
                if (!seen.Add(module.Id)) continue;
                concerned.Add(module);
                if (names.Add(module.Name)) open.Enqueue(module.Name);
            }
        }
        // Another revision of a changed name takes part, so that a pinned one is what others see.
        concerned.AddRange(stored.Where(m => names.Contains(m.Name) && seen.Add(m.Id)));
        return concerned;
    }

    /// <summary>The compiler takes the first of a name for what others import: the revision that will be active, as <see cref="MibStore.Activate"/> chooses it.</summary>
    private static List<StoredFile> Ordered(IReadOnlyList<StoredFile> added, List<StoredFile> again, List<StoredModule> stored, IReadOnlyList<MibModule> first)
    {
        var pinned = stored.Where(m => m.Pinned).Select(m => m.FileId).ToHashSet();
        var updated = stored.GroupBy(m => m.FileId).ToDictionary(g => g.Key, g => g.Max(m => m.LastUpdated));
        foreach (var group in first.GroupBy(m => m.File)) updated[Guid.ParseExact(group.Key, "N")] = group.Max(m => m.LastUpdated);
        return [.. added.Concat(Enumerable.Reverse(again)).OrderByDescending(f => pinned.Contains(f.Id)).ThenByDescending(f => updated.GetValueOrDefault(f.Id), StringComparer.Ordinal)];
    }

    private MibCompilation Compile(IReadOnlyList<StoredFile> files, IReadOnlyList<MibModule> library, CancellationToken cancellationToken)
    {
        var known = library.ToDictionary(m => m.Name, StringComparer.Ordinal);
        return compiler.Compile([.. files.Select(f => new MibSource(KeyOf(f), f.Bytes))], known.GetValueOrDefault, Limits, cancellationToken);
    }

    // Two files may have one name: while they are compiled they go by their ids.
    private static string KeyOf(StoredFile file) => file.Id.ToString("N");

    private static MibModule Renamed(MibModule module, string file) =>
        module with { File = file, Diagnostics = [.. module.Diagnostics.Select(d => d with { File = file })] };

    private async Task SaveAsync(IReadOnlyList<StoredFile> added, IReadOnlyList<StoredFile> again, IProgress<MibProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (var part in added.Chunk(50)) await RunAsync([MibStore.AddFiles(caller.Tenant, caller.ActorName, part)], cancellationToken);
        var modules = added.Concat(again).SelectMany(f => f.Modules.Select(m => (f.Id, Module: m))).ToList();
        var done = 0;
        foreach (var part in modules.Chunk(50))
        {
            progress?.Report(new MibProgress("Storing", modules.Count) { Done = done });
            await RunAsync([MibStore.SaveModules(caller.Tenant, [.. part.Select(p => StoredDocument.Of(p.Id, p.Module))])], cancellationToken);
            done += part.Length;
        }
    }
}
