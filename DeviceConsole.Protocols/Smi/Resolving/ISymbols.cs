using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Protocols.Smi.Resolving;

/// <summary>What one module offers to the modules that import it, compiled before or being compiled now.</summary>
internal interface ISymbols
{
    /// <summary>The module's name.</summary>
    string Module { get; }

    /// <summary>True where the module itself defines the name.</summary>
    bool Defines(string name);

    /// <summary>The object identifier of a name that the module defines; null where it has none.</summary>
    uint[]? Oid(string name, int depth);

    /// <summary>A type that the module defines.</summary>
    MibSyntax? Type(string name, int depth);

    /// <summary>The module that a name is imported from, where the module does not define it itself.</summary>
    string? ImportedFrom(string name);
}
