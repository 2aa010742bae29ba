namespace DeviceConsole.Core.Mibs;

/// <summary>Which language a module is written in.</summary>
public enum MibLanguage
{
    /// <summary>RFC 1155, 1212, 1215.</summary>
    SmiV1,

    /// <summary>RFC 2578, 2579, 2580.</summary>
    SmiV2,
}

/// <summary>Names taken from one other module.</summary>
public sealed record MibImport(string Module, IReadOnlyList<string> Symbols);

/// <summary>One REVISION clause; the time as it stands in the module.</summary>
public sealed record MibRevision(string Time, string? Description);

/// <summary>A compiled module.</summary>
public sealed record MibModule
{
    /// <summary>The name before DEFINITIONS.</summary>
    public required string Name { get; init; }

    /// <summary>The file that it stood in.</summary>
    public required string File { get; init; }

    /// <summary>SMIv1 or SMIv2, by what it imports and uses.</summary>
    public MibLanguage Language { get; init; }

    /// <summary>LAST-UPDATED as <c>yyyyMMddHHmm</c> (UTC), or null: it compares as text.</summary>
    public string? LastUpdated { get; init; }

    /// <summary>ORGANIZATION.</summary>
    public string? Organization { get; init; }

    /// <summary>CONTACT-INFO.</summary>
    public string? Contact { get; init; }

    /// <summary>The module's own DESCRIPTION.</summary>
    public string? Description { get; init; }

    /// <summary>REVISION clauses in the order of the file.</summary>
    public IReadOnlyList<MibRevision> Revisions { get; init; } = [];

    /// <summary>IMPORTS in the order of the file.</summary>
    public IReadOnlyList<MibImport> Imports { get; init; } = [];

    /// <summary>Imported modules that were not there.</summary>
    public IReadOnlyList<string> MissingModules { get; init; } = [];

    /// <summary>Everything with an object identifier, in the order of the file.</summary>
    public IReadOnlyList<MibDefinition> Definitions { get; init; } = [];

    /// <summary>Textual conventions and types, in the order of the file.</summary>
    public IReadOnlyList<MibType> Types { get; init; } = [];

    /// <summary>What was wrong.</summary>
    public IReadOnlyList<MibDiagnostic> Diagnostics { get; init; } = [];
}
