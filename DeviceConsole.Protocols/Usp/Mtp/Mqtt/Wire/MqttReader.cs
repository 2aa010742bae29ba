using System.Buffers.Binary;
using System.Text;

namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>Reads the fields of one packet. What reaches past its end throws <see cref="MqttProtocolException"/>.</summary>
internal ref struct MqttReader(ReadOnlySpan<byte> data)
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> data = data;

    public readonly bool AtEnd => data.Length == 0;

    public readonly ReadOnlySpan<byte> Rest => data;

    public byte Octet() => Take(1)[0];

    public ushort Number16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint Number32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ReadOnlySpan<byte> Binary() => Take(Number16());

    /// <summary>A text, UTF-8 without NUL (MQTT 5.0 §1.5.4).</summary>
    public string Text()
    {
        try
        {
            var text = Utf8.GetString(Binary());
            return text.Contains('\0', StringComparison.Ordinal) ? throw new MqttProtocolException("A text holds a NUL.") : text;
        }
        catch (DecoderFallbackException e)
        {
            throw new MqttProtocolException("A text is not UTF-8.", e);
        }
    }

    public int Variable()
    {
        var value = 0;
        for (var shift = 0; shift < 28; shift += 7)
        {
            var octet = Octet();
            value |= (octet & 0x7f) << shift;
            if (octet < 0x80) return value;
        }
        throw new MqttProtocolException("A length has more than four octets.");
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if (length > data.Length) throw new MqttProtocolException("A field reaches past the end of its packet.");
        var taken = data[..length];
        data = data[length..];
        return taken;
    }
}
