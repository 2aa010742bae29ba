namespace DeviceConsole.Simulator.Gateway;

public sealed partial class HomeGateway
{
    /// <summary>
    /// Sets all values or none; null when done. The first refusal is told. Writing Requested to a DiagnosticsState starts that
    /// diagnostic.
    /// </summary>
    public GatewayFault? Set(IReadOnlyList<(string Path, string Value)> values) => Change(() =>
    {
        var writes = new List<(TreeNode Node, int Index, string Value)>(values.Count);
        foreach (var (path, value) in values)
        {
            if (tree.Resolve(path) is not { } at) return Unknown(path);
            var parameter = at.Node.Model.Parameters[at.Index];
            if (!parameter.Writable) return new GatewayFault(GatewayFaultKind.ReadOnly, path, $"{path} is read-only.");
            if (ValueCheck.Check(parameter, path, value, out var stored) is { } fault) return fault;
            if (parameter.Name == DiagnosticsState && stored is not ("Requested" or "Canceled"))
            {
                return new GatewayFault(GatewayFaultKind.WrongValue, path, $"{path} takes only Requested or Canceled.");
            }

            writes.Add((at.Node, at.Index, stored));
        }

        foreach (var (node, index, value) in writes.OrderBy(w => w.Node.Model.Parameters[w.Index].Name == DiagnosticsState)) Apply(node, index, value);
        return null;
    });

    /// <summary>Adds a row to a table ("Device.NAT.PortMapping."); its number, or 0 and why not.</summary>
    public (int Instance, GatewayFault? Fault) Add(string tablePath) => Change<(int, GatewayFault?)>(() =>
    {
        if (tree.Root.Find(tablePath) is not { } table) return (0, Unknown(tablePath));
        if (!table.IsTable || !table.Writable) return (0, new GatewayFault(GatewayFaultKind.ReadOnly, tablePath, $"{tablePath} takes no new rows."));
        if (table.Rows!.Count >= MaxRows) return (0, new GatewayFault(GatewayFaultKind.Resources, tablePath, $"{tablePath} is full: {MaxRows} rows."));
        return (tree.AddRow(table).Instance, null);
    });

    /// <summary>Deletes a row ("Device.NAT.PortMapping.3.") and all below; null when done.</summary>
    public GatewayFault? Delete(string instancePath) => Change(() =>
    {
        if (tree.Root.Find(instancePath) is not { } row) return Unknown(instancePath);
        if (row.Instance == 0 || !row.Writable) return new GatewayFault(GatewayFaultKind.ReadOnly, instancePath, $"{instancePath} cannot be deleted.");
        tree.RemoveRow(row);
        return null;
    });

    /// <summary>
    /// What the factory or the agent itself writes, read-only parameters too (ManagementServer.URL, ConnectionRequestURL,
    /// ParameterKey): stays over a factory reset. False when there is no such parameter.
    /// </summary>
    public bool Provision(string path, string value) => Change(() =>
    {
        if (tree.Resolve(path) is not { } at) return false;
        provisioned[path] = value;
        tree.Set(at.Node, at.Index, value);
        return true;
    });

    private static GatewayFault Unknown(string path) => new(GatewayFaultKind.UnknownPath, path, $"{path} does not exist on this gateway.");

    private void Apply(TreeNode node, int index, string value)
    {
        var name = node.Model.Parameters[index].Name;
        if (name == DiagnosticsState)
        {
            Diagnose(node, value);
            return;
        }

        tree.Set(node, index, value);
        if (name == "Enable") FollowEnable(node, value == "true");
        if (name == "Channel" && node.Model.ParameterAt("AutoChannelEnable") >= 0) tree.Set(node, "AutoChannelEnable", "false");
        if (node.Model.ParameterAt(DiagnosticsState) >= 0) Diagnose(node, "Canceled");
    }

    /// <summary>A Status beside an Enable goes with it: Up and Down, or Enabled and Disabled, as its enumeration has them.</summary>
    private void FollowEnable(TreeNode node, bool enabled)
    {
        if (node.Model.ParameterAt("Status") is not (>= 0 and var status)) return;
        if (node.Model.Parameters[status].Enumeration is not { } words) return;
        var word = (enabled ? OnWords : OffWords).FirstOrDefault(w => words.Contains(w, StringComparer.Ordinal));
        if (word is not null) tree.Set(node, status, word);
    }

    private static string[] OnWords { get; } = ["Up", "Enabled", "Synchronized", "Connected", "Configured"];

    private static string[] OffWords { get; } = ["Down", "Disabled", "Unconfigured"];
}
