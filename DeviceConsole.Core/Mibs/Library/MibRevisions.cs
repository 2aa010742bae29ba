using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Mibs;

/// <summary>The revisions of a module, what differs between them, and how modules depend on each other.</summary>
public sealed class MibRevisions(DataSources dataSources, IMibCompiler compiler)
{
    /// <summary>The revisions of the module's name, the one in force first, then the newest.</summary>
    public async Task<Result<IReadOnlyList<MibModuleRow>>> ListAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the MIB library");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {MibStore.RowColumns} FROM {MibStore.RowSource} WHERE m.tenant_id = $1 AND m.name = (SELECT name FROM mib_modules WHERE tenant_id = $1 AND id = $2) ORDER BY m.active DESC, m.last_updated DESC NULLS LAST, f.uploaded_at DESC",
            Sql.Uuid(caller.Tenant), Sql.Uuid(id));
        var rows = await batch.ListAsync(MibStore.ReadRow, cancellationToken);
        return rows.Count == 0 ? Problem.NotFound("MIB module") : rows;
    }

    /// <summary>What changes from one revision to another of the same module. Invalid where the two are of different modules.</summary>
    public async Task<Result<MibModuleDiff>> CompareAsync(Caller caller, Guid before, Guid after, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the MIB library");
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add($"SELECT {MibStore.RowColumns}, m.outline, m.texts FROM {MibStore.RowSource} WHERE m.tenant_id = $1 AND m.id = ANY ($2)", Sql.Uuid(caller.Tenant), Sql.Uuids([before, after]));
        var found = await batch.ListAsync(r => (Row: MibStore.ReadRow(r), Module: ModuleDocument.Whole(r.GetFieldValue<byte[]>(14), r.GetFieldValue<byte[]>(15))), cancellationToken);
        if (found.FirstOrDefault(f => f.Row.Id == before) is not { Row: not null } first || found.FirstOrDefault(f => f.Row.Id == after) is not { Row: not null } second) return Problem.NotFound("MIB module");
        if (first.Row.Name != second.Row.Name) return Problem.Invalid("from", $"{first.Row.Name} and {second.Row.Name} are different modules; compare two revisions of one.");
        var (added, removed, changed, same) = ModuleDiff.Of(first.Module, second.Module);
        return new MibModuleDiff(first.Row, second.Row, added, removed, changed, same);
    }

    /// <summary>What a module needs and what needs it.</summary>
    public async Task<Result<MibDependencies>> DependenciesAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the MIB library");
        var modules = await ModulesAsync(caller, cancellationToken);
        return modules.Find(m => m.Id == id) is { } module ? new ModuleGraph([module with { Active = true }, .. modules], compiler.BuiltIn).Of(module.Name) : Problem.NotFound("MIB module");
    }

    /// <summary>Imported modules that nobody uploaded yet, the one most needed first.</summary>
    public async Task<Result<IReadOnlyList<MibMissing>>> MissingAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the MIB library");
        return new ModuleGraph(await ModulesAsync(caller, cancellationToken), compiler.BuiltIn).Missing().ToArray();
    }

    private async Task<List<StoredModule>> ModulesAsync(Caller caller, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(MibStore.All(caller.Tenant));
        return await batch.ListAsync(MibStore.ReadStored, cancellationToken);
    }
}
