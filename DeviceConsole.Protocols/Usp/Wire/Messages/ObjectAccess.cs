namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>What can be done to the instances of a table.</summary>
public enum ObjectAccess
{
    /// <summary>Nothing.</summary>
    ReadOnly = 0,

    /// <summary>They can be added and deleted.</summary>
    AddDelete = 1,

    /// <summary>They can be added.</summary>
    AddOnly = 2,

    /// <summary>They can be deleted.</summary>
    DeleteOnly = 3,
}
