using System.Globalization;

namespace DeviceConsole.Core.Mibs;

/// <summary>The base types of RFC 2578 clause 7.1, and those of SMIv1 and of RFC 2579 that map onto them.</summary>
public enum MibBaseType
{
    /// <summary>A node without a value, or a type that could not be resolved.</summary>
    None,

    /// <summary>INTEGER or Integer32 without labels.</summary>
    Integer32,

    /// <summary>INTEGER with labels.</summary>
    Enumeration,

    /// <summary>Unsigned32.</summary>
    Unsigned32,

    /// <summary>Counter32, or SMIv1's Counter.</summary>
    Counter32,

    /// <summary>Gauge32, or SMIv1's Gauge.</summary>
    Gauge32,

    /// <summary>Hundredths of a second.</summary>
    TimeTicks,

    /// <summary>Counter64.</summary>
    Counter64,

    /// <summary>OCTET STRING.</summary>
    OctetString,

    /// <summary>OBJECT IDENTIFIER.</summary>
    ObjectIdentifier,

    /// <summary>BITS.</summary>
    Bits,

    /// <summary>IpAddress, or SMIv1's NetworkAddress.</summary>
    IpAddress,

    /// <summary>Opaque.</summary>
    Opaque,

    /// <summary>A SEQUENCE: the type of a row.</summary>
    Row,

    /// <summary>A SEQUENCE OF: the type of a table.</summary>
    Table,
}

/// <summary>A label of an enumeration, or of a bit.</summary>
public sealed record MibLabel(string Name, long Value);

/// <summary>One part of a range or of a SIZE, both ends included; wide enough for -2^31 and 2^64-1 alike.</summary>
public sealed record MibRange(decimal Low, decimal High)
{
    /// <summary>As it stands in a module: <c>0..255</c>, or <c>6</c>.</summary>
    public override string ToString() => Low == High ? string.Create(CultureInfo.InvariantCulture, $"{Low}") : string.Create(CultureInfo.InvariantCulture, $"{Low}..{High}");
}

/// <summary>What values an object takes.</summary>
/// <param name="BaseType">The type on the wire.</param>
public sealed record MibSyntax(MibBaseType BaseType)
{
    /// <summary>SMIv1's CHOICE of one address: an IpAddress as a value, and with its kind before it as an index (RFC 1155 clause 3.2.3.1, RFC 1212 clause 4.1.6).</summary>
    public const string NetworkAddress = "NetworkAddress";

    /// <summary>The name in the SYNTAX clause where it is not a base type: a textual convention, a row's SEQUENCE.</summary>
    public string? TypeName { get; init; }

    /// <summary>The module that defines <see cref="TypeName"/>.</summary>
    public string? TypeModule { get; init; }

    /// <summary>Labels of an enumeration or of BITS, the type's where the object has none of its own.</summary>
    public IReadOnlyList<MibLabel> Labels { get; init; } = [];

    /// <summary>Ranges of a number, or sizes of a string; empty for no limit of its own.</summary>
    public IReadOnlyList<MibRange> Ranges { get; init; } = [];

    /// <summary>RFC 2579 clause 3.1.</summary>
    public string? DisplayHint { get; init; }
}
