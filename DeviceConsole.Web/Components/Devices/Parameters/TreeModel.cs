using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Web.Components.Devices.Parameters;

/// <summary>A device's tree as far as it was opened: levels come and change, lines stay where they are.</summary>
public sealed class TreeModel
{
    private readonly TreeLine root = new(new ParameterNode("", "", true), -1) { IsExpanded = true };
    private List<TreeLine>? visible;

    /// <summary>The lines that show, from top to bottom.</summary>
    public List<TreeLine> Visible => visible ??= [.. Walk(root)];

    /// <summary>True once the top level has come.</summary>
    public bool IsLoaded => root.Children is not null;

    /// <summary>The objects whose levels are shown; the empty text is the top.</summary>
    public IReadOnlyList<string> Open => ["", .. Visible.Where(l => l.IsExpanded).Select(l => l.Node.Path)];

    /// <summary>The line of that path if it is among the visible ones.</summary>
    public TreeLine? Find(string path) => Visible.FirstOrDefault(l => l.Node.Path == path);

    /// <summary>
    /// Puts a level where it belongs: lines that are there keep their place in people's eyes and count their changes, new ones
    /// come in between, gone ones go with all below. A level of an object that is not shown is dropped.
    /// </summary>
    public void Apply(ParameterLevel level)
    {
        var parent = level.Object.Length == 0 ? root : Find(level.Object);
        if (parent is null) return;
        var known = parent.Children?.ToDictionary(l => l.Node.Path, StringComparer.Ordinal);
        var lines = new List<TreeLine>(level.Nodes.Count);
        foreach (var node in level.Nodes)
        {
            if (known?.GetValueOrDefault(node.Path) is { } line) Renew(line, node);
            else line = new TreeLine(node, parent.Depth + 1) { Changes = known is null ? 0 : 1 };
            lines.Add(line);
        }

        (parent.Children, parent.IsCut) = (lines, level.IsCut);
        visible = null;
    }

    /// <summary>Shows an object's level; its lines come with <see cref="Apply"/>.</summary>
    public void Expand(TreeLine line)
    {
        line.IsExpanded = true;
        visible = null;
    }

    /// <summary>Hides it and forgets what was below.</summary>
    public void Collapse(TreeLine line)
    {
        line.IsExpanded = false;
        line.Children = null;
        visible = null;
    }

    private static void Renew(TreeLine line, ParameterNode node)
    {
        var old = line.Node;
        line.Node = node;
        // An open object shows by its lines what has changed.
        var changed = node.IsObject ? !line.IsExpanded && (old.Count != node.Count || old.ChangedAt != node.ChangedAt) : old != node;
        if (changed) line.Changes++;
    }

    private static IEnumerable<TreeLine> Walk(TreeLine parent)
    {
        foreach (var line in parent.Children ?? [])
        {
            yield return line;
            if (!line.IsExpanded) continue;
            foreach (var below in Walk(line)) yield return below;
        }
    }
}
