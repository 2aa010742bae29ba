using DeviceConsole.Core.Mibs;
using DeviceConsole.Protocols.Smi.Text;

namespace DeviceConsole.Protocols.Smi.Parsing;

/// <summary>A definition with an object identifier, as it was read.</summary>
internal sealed class ParsedDefinition(string name, SmiWord macro, int position)
{
    /// <summary>The descriptor.</summary>
    public string Name { get; } = name;

    /// <summary>The macro; Object stands for a plain OBJECT IDENTIFIER.</summary>
    public SmiWord Macro { get; } = macro;

    /// <summary>Where the name stands in the text.</summary>
    public int Position { get; } = position;

    /// <summary>SYNTAX.</summary>
    public ParsedSyntax? Syntax { get; set; }

    /// <summary>ACCESS or MAX-ACCESS.</summary>
    public string? Access { get; set; }

    /// <summary>STATUS.</summary>
    public string? Status { get; set; }

    /// <summary>UNITS.</summary>
    public string? Units { get; set; }

    /// <summary>DEFVAL.</summary>
    public string? DefaultValue { get; set; }

    /// <summary>DISPLAY-HINT.</summary>
    public string? DisplayHint { get; set; }

    /// <summary>DESCRIPTION.</summary>
    public string? Description { get; set; }

    /// <summary>REFERENCE.</summary>
    public string? Reference { get; set; }

    /// <summary>INDEX, with the places of the names.</summary>
    public List<(MibIndex Index, int Position)> Index { get; } = [];

    /// <summary>AUGMENTS.</summary>
    public (string Name, int Position)? Augments { get; set; }

    /// <summary>OBJECTS, NOTIFICATIONS or VARIABLES.</summary>
    public List<string> Objects { get; } = [];

    /// <summary>ENTERPRISE of a TRAP-TYPE.</summary>
    public OidPart? Enterprise { get; set; }

    /// <summary>The number of a TRAP-TYPE.</summary>
    public uint? TrapNumber { get; set; }

    /// <summary>The object identifier between braces; null where it could not be read.</summary>
    public List<OidPart>? Oid { get; set; }
}

/// <summary>A type assignment or a textual convention, as it was read.</summary>
internal sealed record ParsedType(string Name, int Position, ParsedSyntax Syntax)
{
    public string? DisplayHint { get; init; }
    public string? Status { get; init; }
    public string? Description { get; init; }
}
