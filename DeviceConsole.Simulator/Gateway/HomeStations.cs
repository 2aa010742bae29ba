using System.Globalization;

namespace DeviceConsole.Simulator.Gateway;

/// <summary>
/// The devices of the household: their rows in Hosts and in the DHCP server's clients stay, an associated device exists while a
/// station is connected.
/// </summary>
internal static class HomeStations
{
    private const string Wired = "Device.Ethernet.Interface.2.";

    private static readonly (string Name, string Mac, string Vendor, int AccessPoint)[] All =
    [
        ("nas", "02:00:5E:10:00:20", "udhcp 1.36.1", 0),
        ("anna-phone", "D6:31:0A:8F:11:02", "android-dhcp-14", 2),
        ("ben-phone", "5E:90:7C:22:41:9B", "", 2),
        ("office-laptop", "3C:22:FB:60:A1:17", "MSFT 5.0", 2),
        ("living-room-tv", "54:3A:D6:04:55:C0", "dhcpcd-6.8.2", 1),
        ("thermostat", "64:16:66:2B:80:31", "", 1),
        ("console", "00:D9:D1:33:21:77", "PS5", 0),
    ];

    public static void Populate(GatewayTree tree)
    {
        for (var i = 0; i < All.Length; i++)
        {
            var station = All[i];
            var address = string.Create(CultureInfo.InvariantCulture, $"192.168.1.{20 + i}");
            var client = tree.AddRow(tree.Root.Find("Device.DHCPv4.Server.Pool.1.Client.")!);
            tree.Set(client, "Chaddr", station.Mac);
            tree.Set(tree.AddRow(client.ChildNamed("IPv4Address")), "IPAddress", address);
            var host = tree.AddRow(tree.Root.Find("Device.Hosts.Host.")!);
            tree.Set(host, "PhysAddress", station.Mac);
            tree.Set(host, "IPAddress", address);
            tree.Set(host, "HostName", station.Name);
            tree.Set(host, "VendorClassID", station.Vendor);
            tree.Set(host, "DHCPClient", client.Path);
            tree.Set(host, "Layer1Interface", station.AccessPoint == 0 ? Wired : $"Device.WiFi.Radio.{station.AccessPoint}.");
            tree.Set(tree.AddRow(host.ChildNamed("IPv4Address")), "IPAddress", address);
            if (station.AccessPoint == 0) continue;
            if (i % 4 == 2) SetActive(tree, host, client, false);
            else Associate(tree, host, station.Mac, station.AccessPoint);
        }
    }

    /// <summary>One wireless station leaves or comes back.</summary>
    public static void MoveOne(GatewayTree tree, DateTimeOffset now)
    {
        var number = tree.Random.Next(All.Length);
        var (_, mac, _, accessPoint) = All[number];
        if (accessPoint == 0 || tree.Root.Find("Device.Hosts.Host.")!.Rows!.GetValueOrDefault(number + 1) is not { } host) return;
        var client = tree.Root.Find(tree.Value(host, "DHCPClient"));
        var active = tree.Value(host, "Active") != "true";
        SetActive(tree, host, client, active);
        tree.Set(host, "ActiveLastChange", Placeholders.Time(now));
        if (active)
        {
            Associate(tree, host, mac, accessPoint);
        }
        else if (tree.Root.Find(tree.Value(host, "AssociatedDevice")) is { Instance: > 0 } associated)
        {
            tree.RemoveRow(associated);
            tree.Set(host, "AssociatedDevice", "");
        }
    }

    private static void SetActive(GatewayTree tree, TreeNode host, TreeNode? client, bool active)
    {
        var text = active ? "true" : "false";
        tree.Set(host, "Active", text);
        if (client is not null) tree.Set(client, "Active", text);
    }

    private static void Associate(GatewayTree tree, TreeNode host, string mac, int accessPoint)
    {
        if (tree.Root.Find($"Device.WiFi.AccessPoint.{accessPoint}.AssociatedDevice.") is not { } table) return;
        var associated = tree.AddRow(table);
        tree.Set(associated, "MACAddress", mac);
        tree.Set(host, "AssociatedDevice", associated.Path);
    }
}
