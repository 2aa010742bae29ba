namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>Whether the changes of a parameter are told.</summary>
public enum ValueChangeSupport
{
    /// <summary>The agent does not say.</summary>
    Unknown = 0,

    /// <summary>They are.</summary>
    Allowed = 1,

    /// <summary>They are not.</summary>
    WillIgnore = 2,
}
