using System.Globalization;

namespace DeviceConsole.Simulator.Gateway;

// The devices behind it.
public sealed partial class HomeGateway
{
    private const string Server = "Device.ManagementServer.", HostTable = "Device.Hosts.Host.";

    /// <summary>
    /// A device behind the gateway asks for an address (DHCP). Where its option 125 says who it is, the gateway lists it as a manageable device and answers with the same
    /// option, which says who the gateway is (TR-069 F.2); a device that it has listed already keeps its row.
    /// </summary>
    /// <param name="option">The data of option 125; empty for none.</param>
    /// <param name="mac">Its MAC address.</param>
    /// <param name="hostName">Its host name.</param>
    /// <returns>The data of the answer's option 125; empty where the request had none.</returns>
    public byte[] Lease(byte[] option, string mac, string hostName) => Change(() =>
    {
        var hosts = tree.Root.Find(HostTable)!;
        var host = hosts.Rows!.Values.FirstOrDefault(h => tree.Value(h, "PhysAddress") == mac);
        if (host is null)
        {
            host = tree.AddRow(hosts);
            tree.Set(host, "PhysAddress", mac);
            tree.Set(host, "IPAddress", string.Create(CultureInfo.InvariantCulture, $"192.168.1.{100 + host.Instance}"));
            tree.Set(host, "HostName", hostName);
        }
        tree.Set(host, "Active", "true");
        if (DhcpIdentity.ReadDevice(option) is not { } device) return [];
        var table = tree.Root.Find(Server + "ManageableDevice.")!;
        if (!table.Rows!.Values.Any(r => tree.Value(r, "SerialNumber") == device.Serial && tree.Value(r, "ManufacturerOUI") == device.Oui))
        {
            var row = tree.AddRow(table);
            tree.Set(row, "ManufacturerOUI", device.Oui);
            tree.Set(row, "SerialNumber", device.Serial);
            tree.Set(row, "ProductClass", device.ProductClass);
            tree.Set(row, "Host", host.Path.TrimEnd('.'));
        }
        return new DhcpIdentity(options.Oui, options.Serial, options.ProductClass).WriteGateway();
    });

    /// <summary>What DHCP told of the gateway that this device is behind itself; null for none that says who it is.</summary>
    public void Place(DhcpIdentity? gateway) => Change(() =>
    {
        foreach (var (name, value) in ((string, string)[])[("ManufacturerOUI", gateway?.Oui ?? ""), ("ProductClass", gateway?.ProductClass ?? ""), ("SerialNumber", gateway?.Serial ?? "")])
        {
            provisioned["Device.GatewayInfo." + name] = value;
            tree.Set(tree.Root.Find("Device.GatewayInfo.")!, name, value);
        }
        return 0;
    });

    /// <summary>A device's lease is over: its host is not active any more, and it is no manageable device (TR-069 F.2.1).</summary>
    public void Release(DhcpIdentity device) => Change(() =>
    {
        var table = tree.Root.Find(Server + "ManageableDevice.")!;
        foreach (var row in table.Rows!.Values.Where(r => tree.Value(r, "SerialNumber") == device.Serial && tree.Value(r, "ManufacturerOUI") == device.Oui).ToList())
        {
            if (tree.Root.Find(tree.Value(row, "Host") + ".") is { } host) tree.Set(host, "Active", "false");
            tree.RemoveRow(row);
        }
        return 0;
    });

    /// <summary>The gateway manages a device that speaks another protocol as a part of its own tree (TR-069 J.3); its row.</summary>
    public string Embed(string proxiedId, string protocol, string reference) => Change(() =>
    {
        var row = tree.AddRow(tree.Root.Find(Server + "EmbeddedDevice.")!);
        tree.Set(row, "ProxiedDeviceID", proxiedId);
        tree.Set(row, "ControllerID", "controller-1");
        tree.Set(row, "ProxyProtocol", protocol);
        tree.Set(row, "Reference", reference);
        tree.Set(row, "LastSyncTime", Placeholders.Time(time.GetUtcNow()));
        return row.Path;
    });

    /// <summary>The gateway calls for a device that speaks another protocol as a device of its own (TR-069 J.2); its row.</summary>
    public string Proxy(DhcpIdentity device, string protocol) => Change(() =>
    {
        var row = tree.AddRow(tree.Root.Find(Server + "VirtualDevice.")!);
        tree.Set(row, "ManufacturerOUI", device.Oui);
        tree.Set(row, "SerialNumber", device.Serial);
        tree.Set(row, "ProductClass", device.ProductClass);
        tree.Set(row, "ProxyProtocol", protocol);
        return row.Path;
    });
}
