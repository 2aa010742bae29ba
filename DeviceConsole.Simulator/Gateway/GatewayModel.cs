namespace DeviceConsole.Simulator.Gateway;

/// <summary>The data model of the simulated home gateway and the rows that a new one has; read once from the assembly.</summary>
public sealed class GatewayModel
{
    private static readonly Lazy<GatewayModel> Loaded = new(ModelReader.ReadEmbedded);

    internal GatewayModel(ModelObject root, IReadOnlyList<(string Path, IReadOnlyList<(string Name, string Value)> Values)> rows)
    {
        Root = root;
        Rows = rows;
    }

    /// <summary>The one model.</summary>
    public static GatewayModel Instance => Loaded.Value;

    /// <summary>"Device."</summary>
    public ModelObject Root { get; }

    internal IReadOnlyList<(string Path, IReadOnlyList<(string Name, string Value)> Values)> Rows { get; }
}
