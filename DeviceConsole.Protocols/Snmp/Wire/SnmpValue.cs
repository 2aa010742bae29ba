using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>
/// The value of a variable: its type and its BER content octets, as a window of an array that may be shared with the message
/// it came in. Numbers are read when somebody asks.
/// </summary>
public readonly struct SnmpValue : IEquatable<SnmpValue>
{
    private readonly byte[]? data;
    private readonly ushort offset;
    private readonly ushort length;

    private SnmpValue(SnmpType type, byte[]? data, int offset, int length)
    {
        Type = type;
        this.data = data;
        this.offset = (ushort)offset;
        this.length = (ushort)length;
    }

    /// <summary>unSpecified, as requests that read carry it.</summary>
    public static SnmpValue Null { get; } = new(SnmpType.Null, null, 0, 0);

    /// <summary>noSuchObject.</summary>
    public static SnmpValue NoSuchObject { get; } = new(SnmpType.NoSuchObject, null, 0, 0);

    /// <summary>noSuchInstance.</summary>
    public static SnmpValue NoSuchInstance { get; } = new(SnmpType.NoSuchInstance, null, 0, 0);

    /// <summary>endOfMibView.</summary>
    public static SnmpValue EndOfMibView { get; } = new(SnmpType.EndOfMibView, null, 0, 0);

    /// <summary>The type.</summary>
    public SnmpType Type { get; }

    /// <summary>True for noSuchObject, noSuchInstance and endOfMibView: there is no value, and this says why.</summary>
    public bool IsException => Type >= SnmpType.NoSuchObject;

    /// <summary>The content octets.</summary>
    public ReadOnlySpan<byte> Encoded => data is null ? [] : data.AsSpan(offset, length);

    /// <summary>An Integer32.</summary>
    public static SnmpValue Integer32(int value)
    {
        Span<byte> buffer = stackalloc byte[9];
        return Copy(SnmpType.Integer32, buffer[^BerInteger.WriteBackwards(buffer, (long)value)..]);
    }

    /// <summary>A Counter32, Gauge32, TimeTicks or UInteger32, by <paramref name="type"/>.</summary>
    public static SnmpValue Unsigned32(SnmpType type, uint value) => Unsigned(type, value);

    /// <summary>A Counter64.</summary>
    public static SnmpValue Counter64(ulong value) => Unsigned(SnmpType.Counter64, value);

    /// <summary>An OCTET STRING.</summary>
    public static SnmpValue OctetString(ReadOnlySpan<byte> value) => Copy(SnmpType.OctetString, value);

    /// <summary>An OCTET STRING from text in UTF-8.</summary>
    public static SnmpValue Text(string value) => Copy(SnmpType.OctetString, System.Text.Encoding.UTF8.GetBytes(value));

    /// <summary>An OBJECT IDENTIFIER.</summary>
    public static SnmpValue Identifier(ObjectIdentifier value) => Copy(SnmpType.ObjectIdentifier, value.Encoded);

    /// <summary>An IpAddress.</summary>
    /// <exception cref="ArgumentException">The address is not IPv4.</exception>
    public static SnmpValue Address(IPAddress value)
    {
        var octets = value.GetAddressBytes();
        return octets.Length == 4 ? Copy(SnmpType.IpAddress, octets) : throw new ArgumentException("An IpAddress holds an IPv4 address.", nameof(value));
    }

    /// <summary>A float in an Opaque, as Net-SNMP sends it (tag 9f 78).</summary>
    public static SnmpValue OpaqueFloat(float value)
    {
        Span<byte> content = [0x9f, 0x78, 4, 0, 0, 0, 0];
        BinaryPrimitives.WriteSingleBigEndian(content[3..], value);
        return Copy(SnmpType.Opaque, content);
    }

    /// <summary>A double in an Opaque, as Net-SNMP sends it (tag 9f 79).</summary>
    public static SnmpValue OpaqueDouble(double value)
    {
        Span<byte> content = [0x9f, 0x79, 8, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteDoubleBigEndian(content[3..], value);
        return Copy(SnmpType.Opaque, content);
    }

    /// <summary>
    /// The value whose content octets lie in <paramref name="data"/>, which must not change afterwards. Nothing is copied.
    /// </summary>
    /// <exception cref="SnmpDecodeException">The tag is no SNMP type, or the octets do not fit it.</exception>
    public static SnmpValue FromEncoded(byte tag, byte[] data, int offset, int length)
    {
        var type = (SnmpType)tag;
        var content = data.AsSpan(offset, length);
        switch (type)
        {
            case SnmpType.Integer32:
                if (length > 4 && BerInteger.ToInt64(content) is < int.MinValue or > int.MaxValue)
                    throw new SnmpDecodeException("An INTEGER does not fit 32 bits.");
                break;
            case SnmpType.Counter32 or SnmpType.Gauge32 or SnmpType.TimeTicks or SnmpType.UInteger32:
                if (length > 4) _ = BerInteger.ToUInt32(content);
                break;
            case SnmpType.Counter64:
                if (length > 8) _ = BerInteger.ToUInt64(content);
                break;
            case SnmpType.ObjectIdentifier:
                Base128.Check(content);
                break;
            case SnmpType.OctetString or SnmpType.IpAddress or SnmpType.Opaque or SnmpType.NsapAddress:
                break;
            case SnmpType.Null or SnmpType.NoSuchObject or SnmpType.NoSuchInstance or SnmpType.EndOfMibView:
                length = 0;
                break;
            default:
                throw new SnmpDecodeException($"Tag 0x{tag:x2} is no type that SNMP knows.");
        }

        return new SnmpValue(type, data, offset, length);
    }

    /// <summary>The number of an Integer32, Counter32, Gauge32, TimeTicks or UInteger32; a Counter64 where it fits.</summary>
    /// <exception cref="InvalidOperationException">The type is none of these.</exception>
    public long ToInt64() => Type switch
    {
        SnmpType.Integer32 => BerInteger.ToInt64(Encoded),
        SnmpType.Counter64 => checked((long)BerInteger.ToUInt64(Encoded)),
        SnmpType.Counter32 or SnmpType.Gauge32 or SnmpType.TimeTicks or SnmpType.UInteger32 => BerInteger.ToUInt32(Encoded),
        _ => throw new InvalidOperationException($"A value of type {Type} is no number."),
    };

    /// <summary>The number of any unsigned type.</summary>
    /// <exception cref="InvalidOperationException">The type is none of these.</exception>
    public ulong ToUInt64() => Type == SnmpType.Counter64 ? BerInteger.ToUInt64(Encoded) : checked((ulong)ToInt64());

    /// <summary>The OBJECT IDENTIFIER.</summary>
    /// <exception cref="InvalidOperationException">The type is another.</exception>
    public ObjectIdentifier ToIdentifier() => Type == SnmpType.ObjectIdentifier
        ? ObjectIdentifier.FromEncoded(data ?? [], offset, length)
        : throw new InvalidOperationException($"A value of type {Type} is no OID.");

    /// <inheritdoc />
    public bool Equals(SnmpValue other) => Type == other.Type && Encoded.SequenceEqual(other.Encoded);

    /// <inheritdoc />
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is SnmpValue other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Type);
        hash.AddBytes(Encoded);
        return hash.ToHashCode();
    }

    /// <summary>Type and text, for logs and tests.</summary>
    public override string ToString() => $"{SnmpText.TypeName(this)}: {SnmpText.Render(this)}";

    /// <summary>Equality of type and content octets.</summary>
    public static bool operator ==(SnmpValue left, SnmpValue right) => left.Equals(right);

    /// <summary>Inequality of type or content octets.</summary>
    public static bool operator !=(SnmpValue left, SnmpValue right) => !left.Equals(right);

    private static SnmpValue Unsigned(SnmpType type, ulong value)
    {
        Span<byte> buffer = stackalloc byte[9];
        return Copy(type, buffer[^BerInteger.WriteBackwards(buffer, value)..]);
    }

    private static SnmpValue Copy(SnmpType type, ReadOnlySpan<byte> content) =>
        content.Length <= BerReader.MaximumLength
            ? new SnmpValue(type, content.ToArray(), 0, content.Length)
            : throw new ArgumentException($"A value holds at most {BerReader.MaximumLength} bytes.", nameof(content));
}
