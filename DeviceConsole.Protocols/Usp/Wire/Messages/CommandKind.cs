namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>How a command ends.</summary>
public enum CommandKind
{
    /// <summary>The agent does not say.</summary>
    Unknown = 0,

    /// <summary>With its answer.</summary>
    Sync = 1,

    /// <summary>Later, with an <see cref="OperationComplete"/>.</summary>
    Async = 2,
}
