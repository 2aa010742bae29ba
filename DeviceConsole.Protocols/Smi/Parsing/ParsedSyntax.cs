using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Protocols.Smi.Parsing;

/// <summary>The shapes of a SYNTAX clause.</summary>
internal enum SyntaxShape
{
    /// <summary>A type by its name, the base types included.</summary>
    Named,

    /// <summary>SEQUENCE { … }.</summary>
    Sequence,

    /// <summary>SEQUENCE OF a named type.</summary>
    SequenceOf,

    /// <summary>CHOICE { … }.</summary>
    Choice,
}

/// <summary>A SYNTAX clause as it was read, nothing looked up yet.</summary>
internal sealed class ParsedSyntax
{
    /// <summary>The shape.</summary>
    public required SyntaxShape Shape { get; init; }

    /// <summary>The type's name; the row's type of a SEQUENCE OF; the base types spelled INTEGER, OCTET STRING, OBJECT IDENTIFIER, BITS.</summary>
    public required string Name { get; init; }

    /// <summary>The module in <c>Module.Type</c>.</summary>
    public string? Module { get; init; }

    /// <summary>Where it begins in the text.</summary>
    public required int Position { get; init; }

    /// <summary>Labels of an enumeration or of BITS.</summary>
    public List<MibLabel> Labels { get; } = [];

    /// <summary>Ranges or sizes.</summary>
    public List<MibRange> Ranges { get; } = [];

    /// <summary>Members of a SEQUENCE, with their places.</summary>
    public List<(string Name, int Position)> Members { get; } = [];
}
