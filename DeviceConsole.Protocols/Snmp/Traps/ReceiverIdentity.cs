using System.Security.Cryptography;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Snmp.Traps;

/// <summary>The receiver as an SNMPv3 engine: authoritative for informs (RFC 3414 §3.2).</summary>
internal sealed class ReceiverIdentity(ReceiverEngine engine, TimeProvider time)
{
    private readonly long since = time.GetTimestamp();

    public byte[] Id => engine.Id;

    public int Boots => engine.Boots;

    public int Time => (int)Math.Min(int.MaxValue, (engine.Age + time.GetElapsedTime(since)).TotalSeconds);

    /// <summary>A new engine ID (RFC 3411 §5, format 5: octets), of no enterprise.</summary>
    public static byte[] NewId() => [0x80, 0, 0, 0, 5, .. RandomNumberGenerator.GetBytes(8)];
}
