namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>The type of a parameter.</summary>
public enum ParameterType
{
    /// <summary>The agent does not say.</summary>
    Unknown = 0,

    /// <summary>base64.</summary>
    Base64 = 1,

    /// <summary>boolean.</summary>
    Boolean = 2,

    /// <summary>dateTime.</summary>
    DateTime = 3,

    /// <summary>decimal.</summary>
    Decimal = 4,

    /// <summary>hexBinary.</summary>
    HexBinary = 5,

    /// <summary>int.</summary>
    Int = 6,

    /// <summary>long.</summary>
    Long = 7,

    /// <summary>string.</summary>
    String = 8,

    /// <summary>unsignedInt.</summary>
    UnsignedInt = 9,

    /// <summary>unsignedLong.</summary>
    UnsignedLong = 10,
}
