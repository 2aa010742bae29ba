namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>What a MessagePack value is.</summary>
public enum MsgPackKind
{
    /// <summary>Nothing.</summary>
    Nil,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A floating-point number.</summary>
    Float,

    /// <summary>Text.</summary>
    String,

    /// <summary>Bytes.</summary>
    Binary,

    /// <summary>A list.</summary>
    Array,

    /// <summary>Keys and values.</summary>
    Map,

    /// <summary>A type of the application.</summary>
    Extension,
}
