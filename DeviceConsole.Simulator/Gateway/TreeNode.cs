using System.Globalization;

namespace DeviceConsole.Simulator.Gateway;

/// <summary>
/// An object that exists on one gateway: a plain object, a table (instance 0, has rows) or a row. Values that still are the model's
/// default cost nothing but their null.
/// </summary>
internal sealed class TreeNode
{
    private string?[]? values;

    public TreeNode(ModelObject model, TreeNode? parent, int instance)
    {
        Model = model;
        Parent = parent;
        Instance = instance;
        if (IsTable) Rows = [];
        else Children = [.. model.Children.Select(c => new TreeNode(c, this, 0))];
    }

    public ModelObject Model { get; }

    public TreeNode? Parent { get; }

    public int Instance { get; }

    /// <summary>A table without its rows.</summary>
    public bool IsTable => Model.IsTable && Instance == 0;

    public TreeNode[] Children { get; } = [];

    public SortedList<int, TreeNode>? Rows { get; }

    /// <summary>The highest instance number ever given; numbers are not used twice (TR-069 3.5.3).</summary>
    public int LastInstance { get; set; }

    public string Path => Instance > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{Parent!.Path}{Instance}.")
        : $"{Parent?.Path}{Model.Name}.";

    /// <summary>Rows can be added (a table) or this row be deleted.</summary>
    public bool Writable => Model is { IsTable: true, Writable: true };

    public string? this[int index]
    {
        get => values?[index];
        set => (values ??= new string?[Model.Parameters.Count])[index] = value;
    }

    public IEnumerable<TreeNode> Below => IsTable ? Rows!.Values : Children;

    public TreeNode ChildNamed(string name) => Children[Model.ChildAt(name)];

    public TreeNode AddRow(int instance)
    {
        var row = new TreeNode(Model, this, instance);
        Rows!.Add(instance, row);
        LastInstance = Math.Max(LastInstance, instance);
        return row;
    }

    /// <summary>The object with that path ("Device.WiFi.Radio.1."), or null; the last dot may lack.</summary>
    public TreeNode? Find(ReadOnlySpan<char> path)
    {
        var node = this;
        var rest = path.EndsWith('.') ? path[..^1] : path;
        var first = true;
        foreach (var range in rest.Split('.'))
        {
            var segment = rest[range];
            if (first)
            {
                if (!segment.SequenceEqual(Model.Name)) return null;
                first = false;
            }
            else if (node.Step(segment) is { } next)
            {
                node = next;
            }
            else
            {
                return null;
            }
        }

        return node;
    }

    // By its Alias parameter (TR-069 §3.6.1).
    private TreeNode? Named(ReadOnlySpan<char> alias)
    {
        var index = Model.ParameterAt("Alias");
        if (index < 0) return null;
        foreach (var row in Rows!.Values)
            if (alias.SequenceEqual(row[index] ?? row.Model.Parameters[index].Default)) return row;
        return null;
    }

    private TreeNode? Step(ReadOnlySpan<char> segment)
    {
        if (IsTable && segment is ['[', .. var alias, ']']) return Named(alias);
        if (IsTable)
        {
            return int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Rows!.TryGetValue(number, out var row) ? row : null;
        }

        var index = Model.ChildAt(segment);
        return index < 0 ? null : Children[index];
    }
}
