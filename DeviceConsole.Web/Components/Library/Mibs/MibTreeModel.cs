using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Web.Components.Library.Mibs;

/// <summary>A visible line of the tree.</summary>
/// <param name="Node">The place.</param>
/// <param name="Level">How deep, from 1.</param>
/// <param name="IsOpen">True or false where there are places below; null where there are none.</param>
public readonly record struct MibLine(MibNode Node, int Level, bool? IsOpen);

/// <summary>Which branches of the tree are open, and the lines that gives. Kept by object identifier, so that it outlives a change of the library.</summary>
public sealed class MibTreeModel
{
    private static readonly string[] First = ["1", "1.3", "1.3.6", "1.3.6.1", "1.3.6.1.2", "1.3.6.1.2.1", "1.3.6.1.4", "1.3.6.1.4.1"];

    /// <summary>Pixels of a line.</summary>
    public const int LineHeight = 28;

    private readonly HashSet<string> open = new(First, StringComparer.Ordinal);
    private MibTree tree;

    /// <summary>A tree whose usual places are open.</summary>
    public MibTreeModel(MibTree tree)
    {
        this.tree = tree;
        Lines = Build();
    }

    /// <summary>The lines in order.</summary>
    public List<MibLine> Lines { get; private set; }

    /// <summary>The library has changed.</summary>
    public void Use(MibTree fresh)
    {
        tree = fresh;
        Lines = Build();
    }

    /// <summary>Opens or closes a branch.</summary>
    public void Toggle(string oid)
    {
        if (!open.Remove(oid)) open.Add(oid);
        Lines = Build();
    }

    /// <summary>Opens every branch on the way to a place.</summary>
    public void Reveal(string oid)
    {
        var changed = false;
        for (var end = oid.LastIndexOf('.'); end > 0; end = oid.LastIndexOf('.', end - 1)) changed |= open.Add(oid[..end]);
        if (changed) Lines = Build();
    }

    private List<MibLine> Build()
    {
        var lines = new List<MibLine>();
        var left = new Stack<(MibNode Node, string Oid, int Level)>();
        Push(left, tree.Root, "", 1);
        while (left.TryPop(out var next))
        {
            var isOpen = next.Node.Children.Count == 0 ? (bool?)null : open.Contains(next.Oid);
            lines.Add(new MibLine(next.Node, next.Level, isOpen));
            if (isOpen == true) Push(left, next.Node, next.Oid + ".", next.Level + 1);
        }
        return lines;
    }

    private static void Push(Stack<(MibNode, string, int)> left, MibNode parent, string prefix, int level)
    {
        for (var i = parent.Children.Count - 1; i >= 0; i--) left.Push((parent.Children[i], $"{prefix}{parent.Children[i].Arc}", level));
    }
}
