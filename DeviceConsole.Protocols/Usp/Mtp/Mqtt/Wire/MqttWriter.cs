using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>Writes the fields of one packet.</summary>
internal sealed class MqttWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new();

    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    public void Octet(int value)
    {
        buffer.GetSpan(1)[0] = (byte)value;
        buffer.Advance(1);
    }

    public void Number16(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer.GetSpan(2), (ushort)value);
        buffer.Advance(2);
    }

    public void Number32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(buffer.GetSpan(4), value);
        buffer.Advance(4);
    }

    public void Variable(int value)
    {
        for (; value >= 0x80; value >>= 7) Octet(value | 0x80);
        Octet(value);
    }

    /// <summary>A text of at most 65,535 octets.</summary>
    /// <exception cref="ArgumentException">It is longer.</exception>
    public void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > ushort.MaxValue) throw new ArgumentException("A text of MQTT has at most 65,535 octets.", nameof(text));
        Number16(bytes.Length);
        Bytes(bytes);
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => buffer.Write(bytes);
}
