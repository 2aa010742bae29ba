namespace DeviceConsole.Core.Mibs;

/// <summary>What a definition is.</summary>
public enum MibKind
{
    /// <summary>OBJECT IDENTIFIER or OBJECT-IDENTITY.</summary>
    Node,

    /// <summary>MODULE-IDENTITY.</summary>
    Module,

    /// <summary>An object with one instance.</summary>
    Scalar,

    /// <summary>SEQUENCE OF.</summary>
    Table,

    /// <summary>A conceptual row.</summary>
    Row,

    /// <summary>An object with one instance a row.</summary>
    Column,

    /// <summary>NOTIFICATION-TYPE or TRAP-TYPE.</summary>
    Notification,

    /// <summary>OBJECT-GROUP or NOTIFICATION-GROUP.</summary>
    Group,

    /// <summary>MODULE-COMPLIANCE.</summary>
    Compliance,

    /// <summary>AGENT-CAPABILITIES.</summary>
    Capabilities,
}

/// <summary>One object of a row's INDEX.</summary>
/// <param name="Name">The object's name.</param>
/// <param name="Module">The module that defines it; null where it is not known.</param>
/// <param name="Implied">RFC 2578 clause 7.7: the last index carries no length.</param>
public sealed record MibIndex(string Name, string? Module, bool Implied);

/// <summary>One name of a module with an object identifier.</summary>
public sealed record MibDefinition
{
    /// <summary>The descriptor.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required MibKind Kind { get; init; }

    /// <summary>Dotted, without a leading dot; null where a parent could not be resolved.</summary>
    public required string? Oid { get; init; }

    /// <summary>The line of the name, from 1.</summary>
    public int Line { get; init; }

    /// <summary>The values it takes; null for nodes without one.</summary>
    public MibSyntax? Syntax { get; init; }

    /// <summary>The word of the MAX-ACCESS or ACCESS clause, for example <c>read-only</c>.</summary>
    public string? Access { get; init; }

    /// <summary>The word of the STATUS clause.</summary>
    public string? Status { get; init; }

    /// <summary>The UNITS clause.</summary>
    public string? Units { get; init; }

    /// <summary>What stands between the braces of DEFVAL.</summary>
    public string? DefaultValue { get; init; }

    /// <summary>A row's own INDEX; empty where it AUGMENTS another.</summary>
    public IReadOnlyList<MibIndex> Index { get; init; } = [];

    /// <summary>The row whose index this row shares.</summary>
    public MibIndex? Augments { get; init; }

    /// <summary>Objects of a notification or members of a group.</summary>
    public IReadOnlyList<string> Objects { get; init; } = [];

    /// <summary>The DESCRIPTION clause, without the file's indentation.</summary>
    public string? Description { get; init; }

    /// <summary>The REFERENCE clause.</summary>
    public string? Reference { get; init; }
}

/// <summary>A textual convention or a plain type of a module.</summary>
/// <param name="Name">The type's name.</param>
/// <param name="Syntax">What it resolves to; base type None where it could not be.</param>
public sealed record MibType(string Name, MibSyntax Syntax)
{
    /// <summary>The line of the name, from 1.</summary>
    public int Line { get; init; }

    /// <summary>The word of the STATUS clause.</summary>
    public string? Status { get; init; }

    /// <summary>The DESCRIPTION clause.</summary>
    public string? Description { get; init; }
}
