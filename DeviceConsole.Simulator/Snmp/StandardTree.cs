using System.Globalization;
using System.Net;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Simulator.Snmp;

/// <summary>The tree of a profile: MIB-II, IF-MIB, HOST-RESOURCES-MIB and a subtree of the vendor's own (RFC 5612's example enterprise).</summary>
internal static class StandardTree
{
    private static readonly ObjectIdentifier Mib2 = ObjectIdentifier.Parse("1.3.6.1.2.1");
    private static readonly ObjectIdentifier Enterprise = ObjectIdentifier.Parse("1.3.6.1.4.1.32473");

    public static SimulatedMib Build(DeviceProfile profile)
    {
        var builder = new MibBuilder();
        AddSystem(builder, profile);
        for (var i = 1u; i <= profile.Interfaces; i++)
        {
            InterfaceTree.AddRow(builder, Mib2, profile, i);
            InterfaceTree.AddExtensionRow(builder, Mib2, profile, i);
        }

        builder.Integer(Mib2.Append(2, 1, 0), _ => profile.Interfaces);
        AddAddresses(builder, profile);
        AddHostResources(builder);
        AddEnterprise(builder);
        return builder.Build();
    }

    private static void AddSystem(MibBuilder builder, DeviceProfile profile)
    {
        var system = Mib2.Append(1);
        builder.Text(system.Append(1, 0), d => $"{profile.Description}, firmware {d.Firmware}");
        builder.Add(system.Append(2, 0), _ => SnmpValue.Identifier(Enterprise.Append(1, 1, profile.Number)));
        builder.Ticks(system.Append(3, 0), d => d.UpTime);
        builder.WritableText(system.Append(4, 0), d => d.Contact, (d, v) => d.Contact = v);
        builder.WritableText(system.Append(5, 0), d => d.Name, (d, v) => d.Name = v);
        builder.WritableText(system.Append(6, 0), d => d.Location, (d, v) => d.Location = v);
        builder.Integer(system.Append(7, 0), _ => profile.Services);
        builder.Ticks(system.Append(8, 0), _ => TimeSpan.FromSeconds(1));
        (uint Row, string Module, string Description)[] modules =
        [
            (1, "1.3.6.1.6.3.1", "The MIB module for SNMPv2 entities"),
            (2, "1.3.6.1.2.1.31", "The MIB module to describe generic objects for network interface sub-layers"),
            (3, "1.3.6.1.2.1.25", "The MIB module for managing host systems"),
        ];
        foreach (var (row, module, description) in modules)
        {
            builder.Add(system.Append(9, 1, 2, row), _ => SnmpValue.Identifier(ObjectIdentifier.Parse(module)));
            builder.Text(system.Append(9, 1, 3, row), _ => description);
            builder.Ticks(system.Append(9, 1, 4, row), _ => TimeSpan.FromSeconds(1));
        }
    }

    private static void AddAddresses(MibBuilder builder, DeviceProfile profile)
    {
        (uint Interface, string Address, string Mask)[] rows = [(1, $"192.0.2.{profile.Number}", "255.255.255.0"), (2, $"198.51.100.{profile.Number}", "255.255.255.128")];
        var entry = Mib2.Append(4, 20, 1);
        foreach (var (number, text, mask) in rows)
        {
            var address = IPAddress.Parse(text);
            var index = Array.ConvertAll(address.GetAddressBytes(), b => (uint)b);
            builder.Add(entry.Append(1).Append(index), _ => SnmpValue.Address(address));
            builder.Integer(entry.Append(2).Append(index), _ => number);
            builder.Add(entry.Append(3).Append(index), _ => SnmpValue.Address(IPAddress.Parse(mask)));
            builder.Integer(entry.Append(4).Append(index), _ => 1);
            builder.Integer(entry.Append(5).Append(index), _ => 65_535);
        }

        builder.Integer(Mib2.Append(4, 1, 0), _ => 1);
        builder.Integer(Mib2.Append(4, 2, 0), _ => 64);
        builder.Counter(Mib2.Append(4, 3, 0), 401, 900);
        builder.Counter(Mib2.Append(4, 9, 0), 402, 880);
    }

    private static void AddHostResources(MibBuilder builder)
    {
        var host = Mib2.Append(25);
        builder.Ticks(host.Append(1, 1, 0), d => d.UpTime);
        builder.Gauge(host.Append(1, 5, 0), _ => 1);
        builder.Gauge(host.Append(1, 6, 0), d => d.Swing(251, 60, 90));
        builder.Integer(host.Append(2, 2, 0), _ => 1_048_576);
        (uint Row, uint Type, string Name, int Unit, int Size, double Low, double High)[] storage =
        [
            (1, 2, "Physical memory", 1_024, 1_048_576, 0.3, 0.6),
            (2, 9, "Flash /", 4_096, 131_072, 0.55, 0.56),
            (3, 8, "RAM disk /tmp", 1_024, 262_144, 0.01, 0.2),
        ];
        foreach (var (row, type, name, unit, size, low, high) in storage)
        {
            var entry = host.Append(2, 3, 1);
            builder.Integer(entry.Append(1, row), _ => row);
            builder.Add(entry.Append(2, row), _ => SnmpValue.Identifier(host.Append(2, 1, type)));
            builder.Text(entry.Append(3, row), _ => name);
            builder.Integer(entry.Append(4, row), _ => unit);
            builder.Integer(entry.Append(5, row), _ => size);
            builder.Integer(entry.Append(6, row), d => (long)d.Swing(260 + row, size * low, size * high));
        }

        for (var core = 1u; core <= 2; core++)
        {
            var purpose = 270 + core;
            builder.Add(host.Append(3, 3, 1, 1, core), _ => SnmpValue.Identifier(ObjectIdentifier.Parse("0.0")));
            builder.Integer(host.Append(3, 3, 1, 2, core), d => (long)d.Swing(purpose, 4, 71));
        }
    }

    private static void AddEnterprise(MibBuilder builder)
    {
        var own = Enterprise.Append(2);
        builder.Text(own.Append(1, 1, 0), d => d.Serial);
        builder.Text(own.Append(1, 2, 0), d => d.Firmware);
        builder.Text(own.Append(1, 3, 0), d => string.Create(CultureInfo.InvariantCulture, $"{d.Profile.Prefix.ToUpperInvariant()} rev {1 + (d.Draw(9) % 4)}"));
        for (var sensor = 1u; sensor <= 3; sensor++)
        {
            var purpose = 300 + sensor;
            var name = sensor switch { 1 => "Inlet", 2 => "CPU", _ => "Power supply" };
            builder.Text(own.Append(2, 1, 2, sensor), _ => name);
            builder.Integer(own.Append(2, 1, 3, sensor), d => (long)d.Swing(purpose, 22, 58));
            builder.Integer(own.Append(2, 1, 4, sensor), _ => 75);
            builder.Integer(own.Append(2, 1, 5, sensor), _ => 1);
        }

        builder.Integer(own.Append(3, 1, 0), d => (long)d.Swing(310, 2_800, 5_200));
        builder.Add(own.Append(3, 2, 0), d => SnmpValue.OpaqueFloat((float)d.Swing(311, -21.5, -14.2)));
        builder.Add(own.Append(3, 3, 0), d => SnmpValue.OpaqueDouble(d.Swing(312, 11.9, 12.2)));
    }
}
