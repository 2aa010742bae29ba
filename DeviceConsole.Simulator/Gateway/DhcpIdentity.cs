using System.Buffers.Binary;
using System.Text;

namespace DeviceConsole.Simulator.Gateway;

/// <summary>
/// Who somebody is, as DHCP carries it: option 125 (RFC 3925 §4) with the Broadband Forum's enterprise number 3561 and its sub-options (TR-069 F.2.5): 1 to 3 are the
/// device's OUI, serial number and product class, 4 to 6 the gateway's.
/// </summary>
/// <param name="Oui">Six hexadecimal digits.</param>
/// <param name="Serial">1 to 64 characters.</param>
/// <param name="ProductClass">At most 64 characters; empty for none.</param>
public sealed record DhcpIdentity(string Oui, string Serial, string ProductClass)
{
    /// <summary>The Broadband Forum's enterprise number.</summary>
    public const uint Enterprise = 3561;

    private const byte DeviceFirst = 1, GatewayFirst = 4;
    private const int Header = 5;

    /// <summary>The option's data as a device sends it, in its requests.</summary>
    public byte[] WriteDevice() => Write(DeviceFirst);

    /// <summary>The option's data as a gateway sends it, in its answers.</summary>
    public byte[] WriteGateway() => Write(GatewayFirst);

    /// <summary>The device of an option's data; null where it names none.</summary>
    public static DhcpIdentity? ReadDevice(ReadOnlySpan<byte> option) => Read(option, DeviceFirst);

    /// <summary>The gateway of an option's data; null where it names none.</summary>
    public static DhcpIdentity? ReadGateway(ReadOnlySpan<byte> option) => Read(option, GatewayFirst);

    private byte[] Write(byte first)
    {
        var inner = new List<byte>();
        foreach (var (code, text) in ((byte, string)[])[(first, Oui), ((byte)(first + 1), Serial), ((byte)(first + 2), ProductClass)])
        {
            if (text.Length == 0) continue;
            var bytes = Encoding.UTF8.GetBytes(text);
            inner.AddRange([code, (byte)bytes.Length, .. bytes]);
        }
        var data = new byte[Header + inner.Count];
        BinaryPrimitives.WriteUInt32BigEndian(data, Enterprise);
        data[4] = (byte)inner.Count;
        inner.CopyTo(data, Header);
        return data;
    }

    // Several enterprises may stand in one option.
    private static DhcpIdentity? Read(ReadOnlySpan<byte> option, byte first)
    {
        while (option.Length >= Header && option[4] <= option.Length - Header)
        {
            var enterprise = BinaryPrimitives.ReadUInt32BigEndian(option);
            var inner = option.Slice(Header, option[4]);
            option = option[(Header + inner.Length)..];
            if (enterprise != Enterprise) continue;
            string oui = "", serial = "", productClass = "";
            while (inner.Length >= 2 && inner[1] <= inner.Length - 2)
            {
                var text = Encoding.UTF8.GetString(inner.Slice(2, inner[1]));
                if (inner[0] == first) oui = text;
                else if (inner[0] == first + 1) serial = text;
                else if (inner[0] == first + 2) productClass = text;
                inner = inner[(2 + inner[1])..];
            }
            return oui.Length > 0 && serial.Length > 0 ? new DhcpIdentity(oui, serial, productClass) : null;
        }
        return null;
    }
}
