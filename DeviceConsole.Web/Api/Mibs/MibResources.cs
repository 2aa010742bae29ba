using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Web.Api.Mibs;

/// <summary>A place of the tree of object identifiers.</summary>
/// <param name="Oid">Dotted.</param>
/// <param name="Name">Its name, or its number where no module names it.</param>
/// <param name="Module">The module that names it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="HasChildren">True where there are places below.</param>
public sealed record MibNodeResource(string Oid, string Name, string? Module, MibKind? Kind, bool HasChildren)
{
    /// <summary>Of a node.</summary>
    public static MibNodeResource Of(MibNode node) => new(node.Oid, node.Name, node.Module, node.Definition?.Kind, node.Children.Count > 0);
}

/// <summary>Which revision counts.</summary>
public sealed record MibPinBody
{
    /// <summary>True: this one, whatever is uploaded later. False: the one last updated.</summary>
    public required bool Pinned { get; init; }
}
