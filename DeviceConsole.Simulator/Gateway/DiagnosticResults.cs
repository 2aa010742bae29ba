using System.Globalization;

namespace DeviceConsole.Simulator.Gateway;

/// <summary>
/// What a diagnostic finds. A host name that ends with ".invalid" (RFC 6761) or is empty cannot be resolved; everything else answers
/// from a simulated network, with times and rates from the gateway's seed.
/// </summary>
internal static class DiagnosticResults
{
    public static TimeSpan Duration(GatewayTree tree, TreeNode node) => node.Model.Name switch
    {
        "IPPing" => TimeSpan.FromSeconds(1 + (0.2 * Math.Min(100, Number(tree, node, "NumberOfRepetitions")))),
        _ => TimeSpan.FromSeconds(3),
    };

    /// <summary>Writes the results; the DiagnosticsState that says how it went.</summary>
    public static string Fill(GatewayTree tree, TreeNode node, DateTimeOffset now) => node.Model.Name switch
    {
        "IPPing" => Ping(tree, node),
        "TraceRoute" => Trace(tree, node),
        "DownloadDiagnostics" => Transfer(tree, node, now, "DownloadURL", "TestBytesReceived", "TotalBytesReceived", 8_388_608),
        "UploadDiagnostics" => Transfer(tree, node, now, "UploadURL", "TestBytesSent", "TotalBytesSent", (long)Number(tree, node, "TestFileLength")),
        "NSLookupDiagnostics" => Lookup(tree, node),
        _ => Neighbours(tree, node),
    };

    private static string Ping(GatewayTree tree, TreeNode node)
    {
        var repetitions = (long)Number(tree, node, "NumberOfRepetitions");
        var resolved = Resolves(tree.Value(node, "Host"));
        var minimum = resolved ? tree.Random.Next(6_000, 14_000) : 0;
        var average = resolved ? minimum + tree.Random.Next(500, 4_000) : 0;
        var maximum = resolved ? average + tree.Random.Next(500, 9_000) : 0;
        Set(tree, node, "SuccessCount", resolved ? repetitions : 0);
        Set(tree, node, "FailureCount", resolved ? 0 : repetitions);
        foreach (var (name, value) in new[] { ("Minimum", minimum), ("Average", average), ("Maximum", maximum) })
        {
            Set(tree, node, name + "ResponseTime", value / 1000);
            Set(tree, node, name + "ResponseTimeDetailed", value);
        }

        tree.Set(node, "IPAddressUsed", resolved ? Wan(tree) : "");
        return resolved ? "Complete" : "Error_CannotResolveHostName";
    }

    private static string Trace(GatewayTree tree, TreeNode node)
    {
        var hops = Empty(tree, node, "RouteHops");
        if (!Resolves(tree.Value(node, "Host"))) return "Error_CannotResolveHostName";
        var count = tree.Random.Next(4, 9);
        var most = (int)Number(tree, node, "MaxHopCount");
        var last = 0;
        for (var i = 1; i <= Math.Min(count, most); i++)
        {
            last += tree.Random.Next(1, 6);
            var hop = tree.AddRow(hops);
            tree.Set(hop, "Host", i == count ? tree.Value(node, "Host") : string.Create(CultureInfo.InvariantCulture, $"core{i}.isp.example"));
            tree.Set(hop, "HostAddress", string.Create(CultureInfo.InvariantCulture, $"198.51.100.{i}"));
            tree.Set(hop, "RTTimes", string.Create(CultureInfo.InvariantCulture, $"{last},{last + 1},{last}"));
        }

        Set(tree, node, "ResponseTime", last);
        tree.Set(node, "IPAddressUsed", Wan(tree));
        return count <= most ? "Complete" : "Error_MaxHopCountExceeded";
    }

    private static string Transfer(GatewayTree tree, TreeNode node, DateTimeOffset now, string url, string test, string total, long bytes)
    {
        if (!Uri.TryCreate(tree.Value(node, url), UriKind.Absolute, out var address)) return "Error_InitConnectionFailed";
        if (!Resolves(address.Host)) return "Error_CannotResolveHostName";
        var seconds = bytes / (double)tree.Random.Next(4_000_000, 30_000_000);
        tree.Set(node, "ROMTime", Moment(now.AddSeconds(-seconds - 0.2)));
        tree.Set(node, "BOMTime", Moment(now.AddSeconds(-seconds)));
        tree.Set(node, "EOMTime", Moment(now));
        Set(tree, node, test, bytes);
        Set(tree, node, total, bytes + (bytes / 40));
        Set(tree, node, "PeriodOfFullLoading", (long)(seconds * 1_000_000));
        tree.Set(node, "IPAddressUsed", Wan(tree));
        return "Complete";
    }

    private static string Lookup(GatewayTree tree, TreeNode node)
    {
        var results = Empty(tree, node, "Result");
        var resolved = Resolves(tree.Value(node, "HostName"));
        var repetitions = Math.Min(10, (int)Number(tree, node, "NumberOfRepetitions"));
        for (var i = 0; i < repetitions; i++)
        {
            var row = tree.AddRow(results);
            tree.Set(row, "Status", resolved ? "Success" : "Error_HostNameNotResolved");
            tree.Set(row, "HostNameReturned", resolved ? tree.Value(node, "HostName") : "");
            tree.Set(row, "IPAddresses", resolved ? "192.0.2.80,2001:db8::80" : "");
            tree.Set(row, "DNSServerIP", "198.51.100.53");
            Set(tree, row, "ResponseTime", tree.Random.Next(3, 40));
        }

        Set(tree, node, "SuccessCount", resolved ? repetitions : 0);
        return "Complete";
    }

    private static string Neighbours(GatewayTree tree, TreeNode node)
    {
        var results = Empty(tree, node, "Result");
        foreach (var (name, channel, five) in new[] { ("Lindenhof", 1, false), ("vodka-bar", 11, false), ("FRITZ!Box 7530", 44, true), ("Studio5", 100, true) })
        {
            var row = tree.AddRow(results);
            tree.Set(row, "Radio", five ? "Device.WiFi.Radio.2." : "Device.WiFi.Radio.1.");
            tree.Set(row, "SSID", name);
            tree.Set(row, "BSSID", string.Create(CultureInfo.InvariantCulture, $"0A:00:5E:{tree.Random.Next(256):X2}:{tree.Random.Next(256):X2}:{channel:X2}"));
            Set(tree, row, "Channel", channel);
            Set(tree, row, "SignalStrength", -tree.Random.Next(55, 90));
            tree.Set(row, "SecurityModeEnabled", "WPA2");
            tree.Set(row, "OperatingFrequencyBand", five ? "5GHz" : "2.4GHz");
        }

        return "Complete";
    }

    private static bool Resolves(string host) => host.Length > 0 && !host.EndsWith(".invalid", StringComparison.OrdinalIgnoreCase);

    private static TreeNode Empty(GatewayTree tree, TreeNode node, string table)
    {
        var rows = node.ChildNamed(table);
        foreach (var row in rows.Rows!.Values.ToList()) tree.RemoveRow(row);
        return rows;
    }

    private static string Wan(GatewayTree tree) =>
        tree.Root.Find("Device.IP.Interface.1.IPv4Address.1.") is { } address ? tree.Value(address, "IPAddress") : "";

    private static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static double Number(GatewayTree tree, TreeNode node, string name) => double.Parse(tree.Value(node, name), CultureInfo.InvariantCulture);

    private static void Set(GatewayTree tree, TreeNode node, string name, long value) => tree.Set(node, name, value.ToString(CultureInfo.InvariantCulture));
}
