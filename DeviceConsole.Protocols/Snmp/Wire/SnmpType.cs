namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>The type of a value: its BER tag (RFC 2578 §7.1, RFC 3416 §3).</summary>
public enum SnmpType : byte
{
    /// <summary>INTEGER and Integer32.</summary>
    Integer32 = 0x02,

    /// <summary>OCTET STRING, also BITS and every textual convention on it.</summary>
    OctetString = 0x04,

    /// <summary>unSpecified: the value of a variable in a request that reads.</summary>
    Null = 0x05,

    /// <summary>OBJECT IDENTIFIER.</summary>
    ObjectIdentifier = 0x06,

    /// <summary>IpAddress: four octets.</summary>
    IpAddress = 0x40,

    /// <summary>Counter32.</summary>
    Counter32 = 0x41,

    /// <summary>Gauge32 and Unsigned32.</summary>
    Gauge32 = 0x42,

    /// <summary>TimeTicks: hundredths of a second.</summary>
    TimeTicks = 0x43,

    /// <summary>Opaque: wrapped BER, in practice Net-SNMP's float and double.</summary>
    Opaque = 0x44,

    /// <summary>NsapAddress (RFC 1442; historic).</summary>
    NsapAddress = 0x45,

    /// <summary>Counter64.</summary>
    Counter64 = 0x46,

    /// <summary>UInteger32 (RFC 1442; historic).</summary>
    UInteger32 = 0x47,

    /// <summary>noSuchObject: the agent does not know the object.</summary>
    NoSuchObject = 0x80,

    /// <summary>noSuchInstance: the agent knows the object, not this instance.</summary>
    NoSuchInstance = 0x81,

    /// <summary>endOfMibView: nothing comes after the given name.</summary>
    EndOfMibView = 0x82,
}
