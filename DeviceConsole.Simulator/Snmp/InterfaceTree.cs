using System.Globalization;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Simulator.Snmp;

/// <summary>One interface in ifTable and ifXTable (RFC 2863).</summary>
internal static class InterfaceTree
{
    private const double AverageFrame = 700;

    public static void AddRow(MibBuilder builder, ObjectIdentifier mib2, DeviceProfile profile, uint row)
    {
        var entry = mib2.Append(2, 2, 1);
        ObjectIdentifier Column(uint column) => entry.Append(column, row);
        var bytes = BytesPerSecond(profile, row);
        builder.Integer(Column(1), _ => row);
        builder.Text(Column(2), _ => Name(profile, row));
        builder.Integer(Column(3), _ => 6);
        builder.Integer(Column(4), _ => 1_500);
        builder.Gauge(Column(5), _ => Math.Min(uint.MaxValue, profile.SpeedMbps * 1_000_000.0));
        builder.Add(Column(6), d => SnmpValue.OctetString(PhysicalAddress(d, row)));
        builder.Integer(Column(7), _ => 1);
        builder.Integer(Column(8), d => IsUp(d, row) ? 1 : 2);
        builder.Ticks(Column(9), _ => TimeSpan.FromSeconds(12 + row));
        builder.Counter(Column(10), Purpose(row, 10), bytes);
        builder.Counter(Column(11), Purpose(row, 11), bytes / AverageFrame);
        builder.Counter(Column(12), Purpose(row, 12), 0.4);
        builder.Counter(Column(13), Purpose(row, 13), 0.01);
        builder.Counter(Column(14), Purpose(row, 14), 0.002);
        builder.Counter(Column(15), Purpose(row, 15), 0);
        builder.Counter(Column(16), Purpose(row, 16), bytes * 0.7);
        builder.Counter(Column(17), Purpose(row, 17), bytes * 0.7 / AverageFrame);
        builder.Counter(Column(18), Purpose(row, 18), 0.3);
        builder.Counter(Column(19), Purpose(row, 19), 0.004);
        builder.Counter(Column(20), Purpose(row, 20), 0);
        builder.Gauge(Column(21), _ => 0);
        builder.Add(Column(22), _ => SnmpValue.Identifier(ObjectIdentifier.Parse("0.0")));
    }

    public static void AddExtensionRow(MibBuilder builder, ObjectIdentifier mib2, DeviceProfile profile, uint row)
    {
        var entry = mib2.Append(31, 1, 1, 1);
        ObjectIdentifier Column(uint column) => entry.Append(column, row);
        var bytes = BytesPerSecond(profile, row);
        builder.Text(Column(1), _ => Name(profile, row));
        for (var column = 2u; column <= 5; column++) builder.Counter(Column(column), Purpose(row, 30 + column), 0.2);

        // The wide counters have the purposes of the narrow ones, so that both tell of the same traffic.
        builder.Counter64(Column(6), Purpose(row, 10), bytes);
        builder.Counter64(Column(7), Purpose(row, 11), bytes / AverageFrame);
        builder.Counter64(Column(8), Purpose(row, 32), 0.2);
        builder.Counter64(Column(9), Purpose(row, 33), 0.2);
        builder.Counter64(Column(10), Purpose(row, 16), bytes * 0.7);
        builder.Counter64(Column(11), Purpose(row, 17), bytes * 0.7 / AverageFrame);
        builder.Counter64(Column(12), Purpose(row, 34), 0.2);
        builder.Counter64(Column(13), Purpose(row, 35), 0.2);
        builder.Integer(Column(14), _ => 1);
        builder.Gauge(Column(15), _ => profile.SpeedMbps);
        builder.Integer(Column(16), _ => 2);
        builder.Integer(Column(17), _ => 1);
        builder.Text(Column(18), d => row == 1 ? "Uplink" : IsUp(d, row) ? string.Create(CultureInfo.InvariantCulture, $"Port {row}") : "");
        builder.Ticks(Column(19), _ => TimeSpan.Zero);
    }

    private static string Name(DeviceProfile profile, uint row) =>
        string.Create(CultureInfo.InvariantCulture, $"{(profile.SpeedMbps >= 10_000 ? "xe" : "ge")}-0/0/{row - 1}");

    private static double BytesPerSecond(DeviceProfile profile, uint row) => profile.SpeedMbps * 1_000_000 / 8.0 * (row == 1 ? 0.12 : 0.03);

    // Port 1 is the uplink and always up; every seventh of the others is not plugged in.
    private static bool IsUp(SimulatedDevice device, uint row) => row == 1 || device.Draw(Purpose(row, 8)) % 7 != 0;

    private static uint Purpose(uint row, uint column) => 10_000 + (row * 100) + column;

    // Locally administered (second bit of the first octet), so that it is nobody's.
    private static byte[] PhysicalAddress(SimulatedDevice device, uint row)
    {
        var own = device.Draw(77);
        return [0x02, 0x00, (byte)(own >> 16), (byte)(own >> 8), (byte)own, (byte)row];
    }
}
