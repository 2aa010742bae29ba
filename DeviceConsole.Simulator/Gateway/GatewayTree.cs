using System.Globalization;

namespace DeviceConsole.Simulator.Gateway;

/// <summary>The tree of one gateway with its values; not thread-safe, <see cref="HomeGateway"/> holds the lock.</summary>
internal sealed class GatewayTree
{
    private readonly HomeGatewayOptions options;
    private readonly TimeProvider time;
    private readonly Placeholders placeholders;

    public GatewayTree(HomeGatewayOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        Random = new Random(options.Seed);
        placeholders = new Placeholders(options, Random, time.GetUtcNow());
        Root = new TreeNode(GatewayModel.Instance.Root, null, 0);
        Fill(Root);
        foreach (var (path, values) in GatewayModel.Instance.Rows)
        {
            var node = Root.Find(path) ?? Seeded(path);
            foreach (var (name, value) in values) node[Index(node, name)] = placeholders.Expand(value, node.Instance);
        }
    }

    public TreeNode Root { get; }

    public Random Random { get; }

    public DateTimeOffset BootedAt { get; set; }

    /// <summary>What changed since the last look.</summary>
    public List<GatewayChange> Changes { get; } = [];

    public static int Index(TreeNode node, string name) => node.Model.ParameterAt(name) is var index and >= 0
        ? index
        : throw new ArgumentException($"{node.Model.Path} has no {name}.", nameof(name));

    public (TreeNode Node, int Index)? Resolve(string path)
    {
        var dot = path.LastIndexOf('.');
        if (dot <= 0 || dot == path.Length - 1 || Root.Find(path.AsSpan(0, dot)) is not { IsTable: false } node) return null;
        var index = node.Model.ParameterAt(path.AsSpan(dot + 1));
        return index < 0 ? null : (node, index);
    }

    public string Value(TreeNode node, int index)
    {
        var parameter = node.Model.Parameters[index];
        return parameter.Source switch
        {
            ValueSource.Entries => node.Children[parameter.Table].Rows!.Count.ToString(CultureInfo.InvariantCulture),
            ValueSource.Clock => Placeholders.Time(time.GetUtcNow()),
            ValueSource.UpTime => ((long)UpTime.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            ValueSource.Counter => Counter(node, parameter),
            _ => node[index] ?? parameter.Default,
        };
    }

    public string Value(TreeNode node, string name) => Value(node, Index(node, name));

    public GatewayParameter Parameter(TreeNode node, int index, string? path = null)
    {
        var parameter = node.Model.Parameters[index];
        return new GatewayParameter((path ?? node.Path) + parameter.Name, Value(node, index), parameter.Type, parameter.Writable, parameter.Secret);
    }

    public void Set(TreeNode node, string name, string value) => Set(node, Index(node, name), value);

    public void Set(TreeNode node, int index, string value)
    {
        var old = Value(node, index);
        if (old == value) return;
        node[index] = value;
        var parameter = node.Model.Parameters[index];
        Changes.Add(new GatewayChange(node.Path + parameter.Name, parameter.Secret ? "" : old, parameter.Secret ? "" : value));
    }

    public TreeNode AddRow(TreeNode table)
    {
        var row = table.AddRow(table.LastInstance + 1);
        Fill(row);
        Changes.Add(new GatewayChange(row.Path, null, ""));
        Entries(table, -1);
        return row;
    }

    public void RemoveRow(TreeNode row)
    {
        Changes.Add(new GatewayChange(row.Path, "", null));
        row.Parent!.Rows!.Remove(row.Instance);
        Entries(row.Parent, 1);
    }

    private TimeSpan UpTime => time.GetUtcNow() is var now && now > BootedAt ? now - BootedAt : TimeSpan.Zero;

    private void Entries(TreeNode table, int before)
    {
        var count = table.Rows!.Count;
        Changes.Add(new GatewayChange(
            $"{table.Parent!.Path}{table.Model.Name}NumberOfEntries",
            (count + before).ToString(CultureInfo.InvariantCulture),
            count.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Grows with the time since boot at a pace of the object's own, so that no two interfaces count alike.</summary>
    private string Counter(TreeNode node, ModelParameter parameter)
    {
        var depth = 17;
        for (var at = node; at is not null; at = at.Parent) depth = (depth * 31) + at.Instance;
        var pace = 0.5 + (((uint)(depth + options.Seed) * 2654435761u >> 8) % 1000 / 1000.0);
        var value = (decimal)Math.Floor(parameter.Rate * pace * UpTime.TotalSeconds);
        if (parameter.Type == "unsignedInt") value %= 4294967296m;
        return value.ToString(CultureInfo.InvariantCulture);
    }

    private TreeNode Seeded(string path)
    {
        var trimmed = path.TrimEnd('.');
        var dot = trimmed.LastIndexOf('.');
        var table = Root.Find(trimmed.AsSpan(0, dot)) ?? throw new FormatException($"The gateway's model has a row {path} of no table.");
        var row = table.AddRow(int.Parse(trimmed.AsSpan(dot + 1), CultureInfo.InvariantCulture));
        Fill(row);
        return row;
    }

    private void Fill(TreeNode node)
    {
        if (!node.IsTable)
        {
            for (var i = 0; i < node.Model.Parameters.Count; i++)
            {
                var parameter = node.Model.Parameters[i];
                if (parameter.Gauge is { } gauge) node[i] = Random.Next(gauge.Low, gauge.High + 1).ToString(CultureInfo.InvariantCulture);
                else if (parameter.Default.Contains('{', StringComparison.Ordinal)) node[i] = placeholders.Expand(parameter.Default, node.Instance);
            }
        }

        foreach (var child in node.Children) Fill(child);
    }
}
