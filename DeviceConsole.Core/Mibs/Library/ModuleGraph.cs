namespace DeviceConsole.Core.Mibs;

/// <summary>Where a module of the graph is.</summary>
public enum MibPlace
{
    /// <summary>Comes with the product.</summary>
    BuiltIn,

    /// <summary>Somebody uploaded it.</summary>
    Uploaded,

    /// <summary>Nobody did yet.</summary>
    Missing,
}

/// <summary>A module that another one needs, or that needs it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">Where it is.</param>
/// <param name="Id">The uploaded module.</param>
/// <param name="Steps">1 where it is imported directly, more where through others.</param>
/// <param name="Through">The module in between; null where there is none.</param>
public sealed record MibDependency(string Name, MibPlace Place, Guid? Id, int Steps, string? Through);

/// <summary>What a module needs and what needs it, nearest first.</summary>
/// <param name="Imports">Modules that it imports, and those that they import.</param>
/// <param name="Importers">Modules that import it, and those that import them.</param>
public sealed record MibDependencies(IReadOnlyList<MibDependency> Imports, IReadOnlyList<MibDependency> Importers);

/// <summary>An imported module that is not there.</summary>
/// <param name="Name">Its name.</param>
/// <param name="NeededBy">The modules that wait for it.</param>
public sealed record MibMissing(string Name, IReadOnlyList<MibDependency> NeededBy);

/// <summary>Who imports whom, among the modules in force and the built-in ones. Circles are allowed.</summary>
internal sealed class ModuleGraph
{
    private readonly Dictionary<string, StoredModule> stored;
    private readonly Dictionary<string, IReadOnlyList<string>> imports = new(StringComparer.Ordinal);
    private readonly ILookup<string, string> importers;

    public ModuleGraph(IReadOnlyList<StoredModule> modules, IReadOnlyList<MibModule> builtIn)
    {
        stored = modules.Where(m => m.Active).DistinctBy(m => m.Name).ToDictionary(m => m.Name, StringComparer.Ordinal);
        foreach (var module in builtIn) imports[module.Name] = [.. module.Imports.Select(i => i.Module).Distinct()];
        foreach (var module in stored.Values) imports[module.Name] = module.Imports;
        importers = imports.SelectMany(m => m.Value.Where(i => i != m.Key).Select(i => (Imported: i, Importer: m.Key))).ToLookup(p => p.Imported, p => p.Importer, StringComparer.Ordinal);
    }

    /// <summary>Both directions of one module.</summary>
    public MibDependencies Of(string name) => new(Follow(name, n => imports.GetValueOrDefault(n) ?? []), Follow(name, n => importers[n].Where(stored.ContainsKey)));

    /// <summary>Where a module is.</summary>
    public MibPlace PlaceOf(string name) => stored.ContainsKey(name) ? MibPlace.Uploaded : imports.ContainsKey(name) ? MibPlace.BuiltIn : MibPlace.Missing;

    /// <summary>Every missing module with those that import it directly, the one most needed first.</summary>
    public IReadOnlyList<MibMissing> Missing() =>
        [.. stored.Values.SelectMany(m => m.Imports.Where(i => PlaceOf(i) == MibPlace.Missing).Select(i => (Missing: i, Module: m)))
            .GroupBy(p => p.Missing, StringComparer.Ordinal)
            .Select(g => new MibMissing(g.Key, [.. g.Select(p => new MibDependency(p.Module.Name, MibPlace.Uploaded, p.Module.Id, 1, null)).OrderBy(d => d.Name, StringComparer.OrdinalIgnoreCase)]))
            .OrderByDescending(m => m.NeededBy.Count).ThenBy(m => m.Name, StringComparer.Ordinal)];

    private List<MibDependency> Follow(string name, Func<string, IEnumerable<string>> next)
    {
        var found = new List<MibDependency>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { name };
        var open = new Queue<(string Name, int Steps, string? Through)>([(name, 0, null)]);
        while (open.TryDequeue(out var at))
        {
            foreach (var other in next(at.Name).Order(StringComparer.OrdinalIgnoreCase))
            {
                if (!seen.Add(other)) continue;
                var through = at.Steps == 0 ? null : at.Name;
                found.Add(new MibDependency(other, PlaceOf(other), stored.GetValueOrDefault(other)?.Id, at.Steps + 1, through));
                open.Enqueue((other, at.Steps + 1, through));
            }
        }
        return found;
    }
}
