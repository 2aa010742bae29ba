using System.Diagnostics.CodeAnalysis;

namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>
/// An OBJECT IDENTIFIER, held as its BER content octets (X.690 §8.19), as a window of an array that may be shared with the message
/// it came in. Up to 128 sub-identifiers of up to 2^32-1 (RFC 2578 §3.5). Ordered as SNMP orders names.
/// </summary>
public readonly struct ObjectIdentifier : IEquatable<ObjectIdentifier>, IComparable<ObjectIdentifier>
{
    /// <summary>The most sub-identifiers that a name may have.</summary>
    public const int MaximumArcs = 128;

    // A single arc has no encoding of its own; on the wire "1" is "1.0", and only IsPrefixOf and the text tell them apart.
    private static readonly byte[][] SingleArcs = [[0], [40], [80]];

    private readonly byte[]? data;
    private readonly ushort offset;
    private readonly ushort length;

    private ObjectIdentifier(byte[] data, int offset, int length)
    {
        this.data = data;
        this.offset = (ushort)offset;
        this.length = (ushort)length;
    }

    /// <summary>The content octets.</summary>
    public ReadOnlySpan<byte> Encoded => data is null ? [] : data.AsSpan(offset, length);

    /// <summary>True for the default value, which some agents send as zero octets.</summary>
    public bool IsEmpty => length == 0;

    /// <summary>How many sub-identifiers there are.</summary>
    public int ArcCount
    {
        get
        {
            if (length == 0) return 0;
            if (IsSingleArc) return 1;
            var count = 1;
            foreach (var octet in Encoded)
                if (octet < 0x80) count++;
            return count;
        }
    }

    private bool IsSingleArc => length == 1 && Array.IndexOf(SingleArcs, data) >= 0;

    /// <summary>An identifier from its sub-identifiers.</summary>
    /// <exception cref="ArgumentException">Fewer than one, more than 128, or a first or second one that cannot be encoded.</exception>
    public static ObjectIdentifier FromArcs(ReadOnlySpan<uint> arcs)
    {
        if (arcs.Length is 0 or > MaximumArcs) throw new ArgumentException($"An OID has 1 to {MaximumArcs} numbers.", nameof(arcs));
        if (arcs[0] > 2 || (arcs.Length > 1 && arcs[0] < 2 && arcs[1] > 39))
            throw new ArgumentException("An OID starts with 0, 1 or 2, and after 0 and 1 the second number is at most 39.", nameof(arcs));
        if (arcs.Length == 1) return new ObjectIdentifier(SingleArcs[arcs[0]], 0, 1);
        Span<byte> buffer = stackalloc byte[MaximumArcs * 5];
        var at = Base128.Write(buffer, 0, (arcs[0] * 40UL) + arcs[1]);
        foreach (var arc in arcs[2..]) at = Base128.Write(buffer, at, arc);
        return new ObjectIdentifier(buffer[..at].ToArray(), 0, at);
    }

    /// <summary>Reads dotted numbers; a leading dot is accepted.</summary>
    /// <exception cref="FormatException">It is not an OID.</exception>
    public static ObjectIdentifier Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var value) ? value : throw new FormatException($"\"{text}\" is not an OID.");

    /// <summary>Reads dotted numbers; a leading dot is accepted.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ObjectIdentifier value)
    {
        value = default;
        text = text.Trim();
        if (text.StartsWith(".")) text = text[1..];
        Span<uint> arcs = stackalloc uint[MaximumArcs];
        var count = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (count == MaximumArcs || part.IsEmpty || !IsDigits(part) || !uint.TryParse(part, out arcs[count++])) return false;
        }

        if (count == 0 || arcs[0] > 2 || (count > 1 && arcs[0] < 2 && arcs[1] > 39)) return false;
        value = FromArcs(arcs[..count]);
        return true;
    }

    /// <summary>
    /// The identifier whose content octets lie in <paramref name="data"/>, which must not change afterwards. Nothing is copied.
    /// </summary>
    /// <exception cref="SnmpDecodeException">The octets are no OID, or one beyond the limits.</exception>
    public static ObjectIdentifier FromEncoded(byte[] data, int offset, int length)
    {
        Base128.Check(data.AsSpan(offset, length));
        return new ObjectIdentifier(data, offset, length);
    }

    /// <summary>True where <paramref name="other"/> is this name or lies below it.</summary>
    public bool IsPrefixOf(ObjectIdentifier other)
    {
        if (!IsSingleArc) return other.Encoded.StartsWith(Encoded);
        return !other.IsEmpty && Math.Min(other.Encoded[0] / 40, 2) == data![0] / 40;
    }

    /// <summary>This name with more sub-identifiers behind it.</summary>
    public ObjectIdentifier Append(params ReadOnlySpan<uint> arcs)
    {
        Span<uint> all = stackalloc uint[MaximumArcs];
        var count = CopyArcs(all);
        if (count + arcs.Length > MaximumArcs) throw new ArgumentException($"An OID has at most {MaximumArcs} numbers.", nameof(arcs));
        arcs.CopyTo(all[count..]);
        return FromArcs(all[..(count + arcs.Length)]);
    }

    /// <summary>The sub-identifiers.</summary>
    public uint[] ToArcs()
    {
        Span<uint> all = stackalloc uint[MaximumArcs];
        return all[..CopyArcs(all)].ToArray();
    }

    /// <summary>Compares number by number; a prefix comes before what lies below it.</summary>
    public int CompareTo(ObjectIdentifier other)
    {
        var left = Encoded;
        var right = other.Encoded;
        var same = left.CommonPrefixLength(right);
        if (same == left.Length || same == right.Length) return left.Length.CompareTo(right.Length);

        // Base 128 with continuation bits does not sort by octets: go back to the start of the number that differs and compare it.
        while (same > 0 && left[same - 1] >= 0x80) same--;
        return Base128.ReadAt(left, same).CompareTo(Base128.ReadAt(right, same));
    }

    /// <inheritdoc />
    public bool Equals(ObjectIdentifier other) => Encoded.SequenceEqual(other.Encoded);

    /// <inheritdoc />
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ObjectIdentifier other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Encoded);
        return hash.ToHashCode();
    }

    /// <summary>Dotted numbers without a leading dot; the empty identifier is "0.0" (RFC 2578 §7.1.3).</summary>
    public override string ToString()
    {
        if (length == 0) return "0.0";
        Span<uint> arcs = stackalloc uint[MaximumArcs];
        var count = CopyArcs(arcs);
        Span<char> text = stackalloc char[MaximumArcs * 11];
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            if (i > 0) text[at++] = '.';
            arcs[i].TryFormat(text[at..], out var written, default, System.Globalization.CultureInfo.InvariantCulture);
            at += written;
        }

        return new string(text[..at]);
    }

    /// <summary>Equality of names.</summary>
    public static bool operator ==(ObjectIdentifier left, ObjectIdentifier right) => left.Equals(right);

    /// <summary>Inequality of names.</summary>
    public static bool operator !=(ObjectIdentifier left, ObjectIdentifier right) => !left.Equals(right);

    /// <summary>Order of names.</summary>
    public static bool operator <(ObjectIdentifier left, ObjectIdentifier right) => left.CompareTo(right) < 0;

    /// <summary>Order of names.</summary>
    public static bool operator >(ObjectIdentifier left, ObjectIdentifier right) => left.CompareTo(right) > 0;

    /// <summary>Order of names.</summary>
    public static bool operator <=(ObjectIdentifier left, ObjectIdentifier right) => left.CompareTo(right) <= 0;

    /// <summary>Order of names.</summary>
    public static bool operator >=(ObjectIdentifier left, ObjectIdentifier right) => left.CompareTo(right) >= 0;

    private int CopyArcs(Span<uint> arcs)
    {
        var encoded = Encoded;
        if (encoded.IsEmpty) return 0;
        var at = 0;
        var first = Base128.Read(encoded, ref at);
        var root = Math.Min(first / 40, 2);
        arcs[0] = (uint)root;
        if (IsSingleArc) return 1;
        arcs[1] = (uint)(first - (root * 40));
        var count = 2;
        while (at < encoded.Length) arcs[count++] = (uint)Base128.Read(encoded, ref at);
        return count;
    }

    private static bool IsDigits(ReadOnlySpan<char> part) => part.IndexOfAnyExceptInRange('0', '9') < 0;
}
