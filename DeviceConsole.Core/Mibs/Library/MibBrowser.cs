using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Mibs;

/// <summary>A place of the tree with everything that a module says of it.</summary>
/// <param name="Oid">Dotted.</param>
/// <param name="Name">Its name, or its number.</param>
/// <param name="Module">The module that names it; null where none does.</param>
/// <param name="Definition">The definition with its texts; null where no module names the place.</param>
/// <param name="Index">For a column or row: the objects of its index.</param>
/// <param name="Children">How many places are directly below.</param>
/// <param name="Path">Names from the root down to it.</param>
public sealed record MibNodeDetail(string Oid, string Name, string? Module, MibDefinition? Definition, IReadOnlyList<MibIndex> Index, int Children, IReadOnlyList<string> Path)
{
    /// <summary>Numbers behind the place that was asked for: an instance; empty for the place itself.</summary>
    public string Instance { get; init; } = "";
}

/// <summary>Looks into a tenant's names: by object identifier, by name, by search, level by level.</summary>
public sealed class MibBrowser(DataSources dataSources, IMibCompiler compiler, MibCache cache)
{
    /// <summary>The most places that a search gives.</summary>
    public const int MaximumFound = 200;

    /// <summary>The tree as of now.</summary>
    public async Task<Result<MibTree>> TreeAsync(Caller caller, CancellationToken cancellationToken) =>
        caller.May(Rights.View) ? (await cache.GetAsync(caller.Tenant, cancellationToken)).Tree : Problem.Forbidden("see the MIB library");

    /// <summary>
    /// The place of a name or an object identifier; of one below every named place the deepest named one, with the numbers behind it in
    /// <see cref="MibNodeDetail.Instance"/>. NotFound where no name is known on the way.
    /// </summary>
    public async Task<Result<MibNodeDetail>> LookUpAsync(Caller caller, string text, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the MIB library");
        if (text.Length is 0 or > 1400) return Problem.Invalid("q", "Enter a name such as sysDescr.0 or an object identifier such as 1.3.6.1.2.1.1.1.0.");
        var library = await cache.GetAsync(caller.Tenant, cancellationToken);
        if (library.Tree.Resolve(text) is not { } arcs) return new Problem(ProblemKind.NotFound, $"No module of the library names \"{text}\". Upload the MIB that does, or check the spelling.");
        if (library.Tree.Find(arcs) is { } exact) return await DescribeAsync(caller, library, exact, cancellationToken);
        if (library.Tree.Longest(arcs) is not { } match) return new Problem(ProblemKind.NotFound, $"No module of the library names the beginning of {text}.");
        return await DescribeAsync(caller, library, match.Node, cancellationToken) with { Instance = MibOid.Format(match.Rest) };
    }

    /// <summary>Places whose name contains a text or whose object identifier begins with it.</summary>
    public async Task<Result<IReadOnlyList<MibNode>>> SearchAsync(Caller caller, string text, int limit, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the MIB library");
        if (text.Length > 200) return Problem.Invalid("search", "A search has at most 200 characters.");
        var library = await cache.GetAsync(caller.Tenant, cancellationToken);
        return library.Tree.Search(text, Math.Clamp(limit, 1, MaximumFound)).ToArray();
    }

    /// <summary>Places whose description contains every word; empty for words of less than three letters.</summary>
    public async Task<Result<IReadOnlyList<MibNode>>> SearchDescriptionsAsync(Caller caller, string text, int limit, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View)) return Problem.Forbidden("see the MIB library");
        if (text.Length > 200) return Problem.Invalid("search", "A search has at most 200 characters.");
        var library = await cache.GetAsync(caller.Tenant, cancellationToken);
        return (await new DescriptionSearch(dataSources, compiler, library).RunAsync(caller.Tenant, text, Math.Clamp(limit, 1, MaximumFound), cancellationToken)).ToArray();
    }

    private async Task<MibNodeDetail> DescribeAsync(Caller caller, TenantMibs library, MibNode node, CancellationToken cancellationToken)
    {
        var definition = node.Definition;
        if (definition is not null && node.Module is { } module)
        {
            var texts = library.Uploaded.ContainsKey(module) ? await TextsAsync(caller, module, definition.Name, cancellationToken) : BuiltInTexts(module, definition.Name);
            definition = definition with { Description = texts?.Description, Reference = texts?.Reference };
        }
        var path = new List<string>();
        for (var up = node; up.Parent is not null; up = up.Parent) path.Add(up.Name);
        path.Reverse();
        var index = definition?.Kind switch
        {
            MibKind.Column => library.Tree.IndexOf(node),
            MibKind.Row when node.Children.Count > 0 => library.Tree.IndexOf(node.Children[0]),
            MibKind.Row => definition.Index,
            _ => [],
        };
        return new MibNodeDetail(node.Oid, node.Name, node.Module, definition, index, node.Children.Count, path);
    }

    private async Task<DefinitionTexts?> TextsAsync(Caller caller, string module, string name, CancellationToken cancellationToken)
    {
        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add("SELECT texts FROM mib_modules WHERE tenant_id = $1 AND name = $2 AND active", Sql.Uuid(caller.Tenant), Sql.Text(module));
        var texts = await batch.FirstAsync(r => ModuleDocument.Unpack<ModuleTexts>(r.GetFieldValue<byte[]>(0)), cancellationToken);
        return texts?.Definitions.GetValueOrDefault(name);
    }

    private DefinitionTexts? BuiltInTexts(string module, string name) =>
        compiler.BuiltIn.FirstOrDefault(m => m.Name == module)?.Definitions.FirstOrDefault(d => d.Name == name) is { } definition ? new DefinitionTexts(definition.Description, definition.Reference) : null;
}
