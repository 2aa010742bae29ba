using System.Globalization;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>
/// Reads what a device says of its network: the gateway that it is behind, and what is behind it by itself (TR-069 Annex F), as a device of its own (J.2) or as a
/// part of its tree (J.3), with the hosts that belong to them.
/// </summary>
internal static class NeighbourJob
{
    private const string Gateway = "GatewayInfo.", Server = "ManagementServer.";
    private const int MaximumHosts = 200;

    /// <summary>The tables below ManagementServer, and what counts their rows.</summary>
    public static IReadOnlyList<string> Tables { get; } = ["ManageableDevice", "VirtualDevice", "EmbeddedDevice"];

    /// <summary>Reads all of it; what the device does not have is left out.</summary>
    public static async Task<JobEnd> RunAsync(JobContext context)
    {
        var root = context.Root ?? "Device.";
        var (values, whole, removed) = (new List<ParameterValue>(), new List<string>(), new List<string>());
        foreach (var path in Tables.Select(t => $"{root}{Server}{t}.").Prepend(root + Gateway))
        {
            var count = path.EndsWith(Gateway, StringComparison.Ordinal) ? null : path.TrimEnd('.') + "NumberOfEntries";
            var reader = new ValueReader(context);
            if (await (count is null ? reader.ReadBelowAsync(path) : reader.ReadAsync([count])) is { } gone) return ProtocolOutcome.Failure(gone, values);
            // A device without rows says so by their number: an empty answer to the table itself says nothing.
            if (reader.Read.Find(v => v.Path == count)?.Value is { } text && uint.TryParse(text, CultureInfo.InvariantCulture, out var rows))
            {
                if (rows == 0) removed.Add(path);
                else if (await reader.ReadBelowAsync(path) is { } lost) return ProtocolOutcome.Failure(lost, values);
            }
            values.AddRange(reader.Read);
            if (reader.Read.Exists(v => v.Path.StartsWith(path, StringComparison.Ordinal))) whole.Add(path);
        }
        if (await HostsAsync(context, root, values) is { } fault) return ProtocolOutcome.Failure(fault, values);
        return ProtocolOutcome.Success(values, Summary(root, values)) with { Whole = whole, Removed = removed };
    }

    private static async Task<ProtocolFault?> HostsAsync(JobContext context, string root, List<ParameterValue> values)
    {
        string[] hosts = [.. values.Where(v => v.Path.EndsWith(".Host", StringComparison.Ordinal) && v.Path.StartsWith(root + Server, StringComparison.Ordinal))
            .SelectMany(v => (v.Value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Where(h => h.StartsWith(root, StringComparison.Ordinal) && h.Contains("Host.", StringComparison.Ordinal) && h.Length < 256).Select(h => h.TrimEnd('.') + ".").Distinct().Take(MaximumHosts)];
        if (hosts.Length == 0) return null;
        var reader = new ValueReader(context);
        ProtocolFault? fault = null;
        // A table of hosts is listed once, however many of them are asked for.
        foreach (var table in hosts.GroupBy(h => h[..(h.LastIndexOf("Host.", StringComparison.Ordinal) + "Host.".Length)]))
            fault ??= await reader.ReadBelowAsync(table.Key, name => table.Any(host => name.StartsWith(host, StringComparison.Ordinal)));
        values.AddRange(reader.Read);
        return fault;
    }

    private static string Summary(string root, List<ParameterValue> values)
    {
        var rows = values.Where(v => v.Path.StartsWith(root + Server, StringComparison.Ordinal)).Select(v => v.Path[(root.Length + Server.Length)..].Split('.')).Where(p => p.Length == 3).Select(p => (p[0], p[1])).Distinct().Count();
        var gateway = values.Find(v => v.Path == $"{root}{Gateway}SerialNumber")?.Value is { Length: > 0 } serial ? $"; it is behind the gateway {serial}" : "";
        return (rows switch { 0 => "Nothing is behind it", 1 => "One device is behind it", _ => $"{rows} devices are behind it" }) + gateway;
    }
}
