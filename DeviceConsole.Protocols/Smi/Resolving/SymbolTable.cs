using System.Runtime.CompilerServices;
using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Protocols.Smi.Resolving;

/// <summary>Every module that can be seen from a compilation: the ones in it, then the library's, then the built-in ones.</summary>
internal sealed class SymbolTable(Func<string, MibModule?> library, IReadOnlyDictionary<string, ISymbols> builtIn)
{
    /// <summary>Modules whose names are looked for where a module forgot to import them.</summary>
    private static readonly string[] WellKnown = ["SNMPv2-SMI", "SNMPv2-TC", "RFC1155-SMI", "RFC1213-MIB", "SNMPv2-MIB", "SNMPv2-CONF"];

    private const int MaximumHops = 8;

    // The library hands out the same module again and again while a large upload is compiled.
    private static readonly ConditionalWeakTable<MibModule, CompiledSymbols> Compiled = [];

    private readonly Dictionary<string, ISymbols?> known = new(StringComparer.Ordinal);

    /// <summary>Adds a module that is being compiled; the first of a name counts.</summary>
    public void Add(ISymbols symbols) => known.TryAdd(symbols.Module, symbols);

    /// <summary>A module by its name.</summary>
    public ISymbols? Find(string module)
    {
        if (known.TryGetValue(module, out var symbols)) return symbols;
        symbols = library(module) is { } compiled ? Compiled.GetValue(compiled, static m => new CompiledSymbols(m)) : builtIn.GetValueOrDefault(module);
        return known[module] = symbols;
    }

    /// <summary>The module that really defines a name, following names that a module only hands on.</summary>
    public ISymbols? Origin(string module, string name)
    {
        var symbols = Find(module);
        for (var hop = 0; hop < MaximumHops && symbols is not null; hop++)
        {
            if (symbols.Defines(name)) return symbols;
            symbols = symbols.ImportedFrom(name) is { } next ? Find(next) : null;
        }
        return null;
    }

    /// <summary>The base module that defines a name.</summary>
    public ISymbols? Known(string name)
    {
        foreach (var module in WellKnown)
        {
            if (builtIn.TryGetValue(module, out var symbols) && symbols.Defines(name)) return symbols;
        }
        return null;
    }
}
