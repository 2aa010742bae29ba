using System.Globalization;
using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Protocols.Smi.Resolving;

/// <summary>A module that was compiled before.</summary>
internal sealed class CompiledSymbols : ISymbols
{
    private readonly Dictionary<string, MibDefinition> definitions;
    private readonly Dictionary<string, MibType> types;
    private readonly Dictionary<string, string> imports = new(StringComparer.Ordinal);

    /// <summary>Its names by hash.</summary>
    public CompiledSymbols(MibModule module)
    {
        Module = module.Name;
        definitions = new Dictionary<string, MibDefinition>(module.Definitions.Count, StringComparer.Ordinal);
        foreach (var definition in module.Definitions) definitions.TryAdd(definition.Name, definition);
        types = new Dictionary<string, MibType>(module.Types.Count, StringComparer.Ordinal);
        foreach (var type in module.Types) types.TryAdd(type.Name, type);
        foreach (var import in module.Imports)
        {
            foreach (var symbol in import.Symbols) imports.TryAdd(symbol, import.Module);
        }
    }

    /// <inheritdoc/>
    public string Module { get; }

    /// <inheritdoc/>
    public bool Defines(string name) => definitions.ContainsKey(name) || types.ContainsKey(name);

    /// <inheritdoc/>
    public uint[]? Oid(string name, int depth) =>
        definitions.TryGetValue(name, out var definition) && definition.Oid is { } text ? [.. text.Split('.').Select(n => uint.Parse(n, CultureInfo.InvariantCulture))] : null;

    /// <inheritdoc/>
    public MibSyntax? Type(string name, int depth) => types.TryGetValue(name, out var type) ? type.Syntax : null;

    /// <inheritdoc/>
    public string? ImportedFrom(string name) => imports.GetValueOrDefault(name);
}
