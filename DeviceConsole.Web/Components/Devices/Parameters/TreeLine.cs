using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Web.Components.Devices.Parameters;

/// <summary>One line of the browser.</summary>
public sealed class TreeLine(ParameterNode node, int depth)
{
    /// <summary>What stands in it.</summary>
    public ParameterNode Node { get; internal set; } = node;

    /// <summary>How far it is indented, from 0.</summary>
    public int Depth { get; } = depth;

    /// <summary>An object whose level is shown.</summary>
    public bool IsExpanded { get; internal set; }

    /// <summary>There are more lines below than are shown.</summary>
    public bool IsCut { get; internal set; }

    /// <summary>Grows with each change, for the highlight; 0 for a line that has not changed since it came.</summary>
    public int Changes { get; internal set; }

    internal List<TreeLine>? Children { get; set; }
}
