using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi.Text;

namespace DeviceConsole.Protocols.Smi.Parsing;

/// <summary>One imported symbol.</summary>
internal readonly record struct ParsedImport(string Symbol, string Module, int SymbolPosition, int ModulePosition);

/// <summary>A module as it was read.</summary>
internal sealed class ParsedModule(string name, SmiText text, SmiDiagnostics diagnostics, int start)
{
    public string Name { get; } = name;
    public SmiText Text { get; } = text;
    public SmiDiagnostics Diagnostics { get; } = diagnostics;

    /// <summary>The characters that belong to it, from here …</summary>
    public int Start { get; } = start;

    /// <summary>… up to here.</summary>
    public int End { get; set; }

    public List<ParsedImport> Imports { get; } = [];
    public List<ParsedDefinition> Definitions { get; } = [];
    public List<ParsedType> Types { get; } = [];

    public string? LastUpdated { get; set; }
    public string? Organization { get; set; }
    public string? Contact { get; set; }
    public string? Description { get; set; }
    public List<MibRevision> Revisions { get; } = [];
}
