namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>Whether a parameter can be written.</summary>
public enum ParameterAccess
{
    /// <summary>It can be read.</summary>
    ReadOnly = 0,

    /// <summary>It can be read and written.</summary>
    ReadWrite = 1,

    /// <summary>It can be written, and reads as an empty text.</summary>
    WriteOnly = 2,
}
