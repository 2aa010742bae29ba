using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi.Parsing;

namespace DeviceConsole.Protocols.Smi.Resolving;

/// <summary>A module being compiled: its own names, what it imports, and their object identifiers and types, found when asked for.</summary>
internal sealed class ModuleScope : ISymbols
{
    private readonly Dictionary<string, int> definitions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> imports = new(StringComparer.Ordinal);
    private readonly bool[] isFirst;
    private readonly OidResolver oids;
    private readonly TypeResolver resolver;

    /// <summary>Registers the module's names; a name defined twice keeps its first definition.</summary>
    public ModuleScope(ParsedModule parsed, SymbolTable table)
    {
        (Parsed, Table) = (parsed, table);
        isFirst = new bool[parsed.Definitions.Count];
        definitions.EnsureCapacity(parsed.Definitions.Count);
        types.EnsureCapacity(parsed.Types.Count);
        imports.EnsureCapacity(parsed.Imports.Count);
        foreach (var import in parsed.Imports) imports.TryAdd(import.Symbol, import.Module);
        for (var i = 0; i < parsed.Definitions.Count; i++)
        {
            var definition = parsed.Definitions[i];
            if (isFirst[i] = definitions.TryAdd(definition.Name, i)) continue;
            var first = parsed.Text.Place(parsed.Definitions[definitions[definition.Name]].Position).Line;
            parsed.Diagnostics.Error(definition.Position, $"{definition.Name} is defined twice; the first definition, in line {first}, counts. Rename or remove one of the two.");
        }
        for (var i = 0; i < parsed.Types.Count; i++)
        {
            if (!types.TryAdd(parsed.Types[i].Name, i)) parsed.Diagnostics.Warning(parsed.Types[i].Position, $"The type {parsed.Types[i].Name} is defined twice; the first definition, in line {parsed.Text.Place(parsed.Types[types[parsed.Types[i].Name]].Position).Line}, counts.");
        }
        oids = new OidResolver(this);
        resolver = new TypeResolver(this);
    }

    /// <summary>What was read.</summary>
    public ParsedModule Parsed { get; }

    /// <summary>All modules.</summary>
    public SymbolTable Table { get; }

    /// <inheritdoc/>
    public string Module => Parsed.Name;

    /// <inheritdoc/>
    public bool Defines(string name) => definitions.ContainsKey(name) || types.ContainsKey(name);

    /// <summary>The definition that counts for a name, or -1.</summary>
    public int DefinitionOf(string name) => definitions.GetValueOrDefault(name, -1);

    /// <summary>True for the definition that counts for its name.</summary>
    public bool IsFirst(int definition) => isFirst[definition];

    /// <summary>The type that counts for a name, or -1.</summary>
    public int TypeOf(string name) => types.GetValueOrDefault(name, -1);

    /// <inheritdoc/>
    public uint[]? Oid(string name, int depth) => definitions.TryGetValue(name, out var index) ? oids.Resolve(index, depth) : null;

    /// <summary>The object identifier of a definition.</summary>
    public uint[]? Oid(int definition) => oids.Resolve(definition, 0);

    /// <inheritdoc/>
    public MibSyntax? Type(string name, int depth) => types.TryGetValue(name, out var index) ? resolver.Type(index, depth) : null;

    /// <summary>A clause's type.</summary>
    public MibSyntax Syntax(ParsedSyntax syntax) => resolver.Resolve(syntax, 0);

    /// <inheritdoc/>
    public string? ImportedFrom(string name) => imports.GetValueOrDefault(name);

    /// <summary>
    /// Where a name that the module uses comes from: itself, its imports, or the base modules, which are looked through
    /// with a warning where the module forgot to import. Null where nobody has it.
    /// </summary>
    public ISymbols? Find(string name, int position)
    {
        if (Defines(name)) return this;
        if (imports.TryGetValue(name, out var from) && Table.Origin(from, name) is { } origin) return origin;
        if (Table.Known(name) is not { } known) return null;
        if (from is null) Parsed.Diagnostics.Warning(position, $"{name} is used but not imported; it was taken from {known.Module}. Add it to IMPORTS.");
        return known;
    }
}
