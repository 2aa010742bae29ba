namespace DeviceConsole.Core.Neighbours;

/// <summary>The objects of TR-181 and TR-098 that say what is behind a gateway and what a device is behind, from stored values.</summary>
internal sealed class NeighbourRows
{
    private static readonly string[] Roots = ["Device.", "InternetGatewayDevice."];
    private static readonly (string Table, NeighbourKind Kind)[] Tables =
    [
        ("ManagementServer.ManageableDevice.", NeighbourKind.Manageable), ("ManagementServer.VirtualDevice.", NeighbourKind.Virtual), ("ManagementServer.EmbeddedDevice.", NeighbourKind.Embedded),
    ];

    private const string Gateway = "GatewayInfo.";

    private readonly List<(NeighbourKind Kind, string Path, Dictionary<string, string> Values)> rows = [];
    private readonly Dictionary<string, string> gateway = new(StringComparer.Ordinal);

    /// <summary>Of values by their paths.</summary>
    public NeighbourRows(IEnumerable<(string Path, string? Value)> values)
    {
        var known = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var (path, value) in values)
        {
            if (Roots.FirstOrDefault(r => path.StartsWith(r, StringComparison.Ordinal)) is not { } root || value is null) continue;
            var rest = path[root.Length..];
            if (rest.StartsWith(Gateway, StringComparison.Ordinal)) gateway[rest[Gateway.Length..]] = value;
            var (table, kind) = Tables.FirstOrDefault(t => rest.StartsWith(t.Table, StringComparison.Ordinal));
            // Root, table, number, name.
            if (table is null || rest[table.Length..].Split('.') is not [{ Length: > 0 } number, { Length: > 0 } name] || !number.All(char.IsAsciiDigit)) continue;
            var row = $"{root}{table}{number}.";
            if (!known.TryGetValue(row, out var fields))
            {
                known[row] = fields = new Dictionary<string, string>(StringComparer.Ordinal);
                rows.Add((kind, row, fields));
            }
            fields[name] = value;
        }
    }

    /// <summary>Where these values stand: prefixes of paths.</summary>
    public static string[] Prefixes { get; } = [.. Roots.SelectMany(r => Tables.Select(t => r + t.Table).Append(r + Gateway))];

    /// <summary>Tables whose rows are devices with an identity.</summary>
    public static string[] Listings { get; } = [.. Roots.SelectMany(r => Tables.Where(t => t.Kind != NeighbourKind.Embedded).Select(t => r + t.Table))];

    /// <summary>The rows, as they were read.</summary>
    public IReadOnlyList<(NeighbourKind Kind, string Path, Dictionary<string, string> Values)> Rows => rows;

    /// <summary>The rows of hosts that the tables name.</summary>
    public IReadOnlyList<string> Hosts => [.. rows.SelectMany(r => HostsOf(r.Values)).Distinct(StringComparer.Ordinal).Take(1000)];

    /// <summary>OUI, product class, serial number of the gateway; and its USP endpoint. Empty texts where the device tells none.</summary>
    public (string Oui, string ProductClass, string Serial, string Endpoint) GatewayInfo => (Of(gateway, "ManufacturerOUI"), Of(gateway, "ProductClass"), Of(gateway, "SerialNumber"), Of(gateway, "EndpointID"));

    /// <summary>A field of a row, or an empty text.</summary>
    public static string Of(Dictionary<string, string> values, string name) => values.GetValueOrDefault(name, "").Trim();

    /// <summary>The hosts of a row, each with a dot at its end.</summary>
    public static IEnumerable<string> HostsOf(Dictionary<string, string> values) =>
        Of(values, "Host").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(h => h.Length < 256).Take(32).Select(h => h.TrimEnd('.') + ".");
}
