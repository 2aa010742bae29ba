namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>The kinds of WRP messages (<c>msg_type</c>; Web Routing Protocol of XMiDT).</summary>
public enum WrpType
{
    /// <summary>The server tells the device how its log-in went.</summary>
    Authorization = 2,

    /// <summary>A request or its response.</summary>
    Request = 3,

    /// <summary>An event, or the acknowledgement of one.</summary>
    Event = 4,

    /// <summary>Creates an object.</summary>
    Create = 5,

    /// <summary>Reads an object.</summary>
    Retrieve = 6,

    /// <summary>Changes an object.</summary>
    Update = 7,

    /// <summary>Deletes an object.</summary>
    Delete = 8,

    /// <summary>A service of the box registers with the agent; stays inside the box.</summary>
    ServiceRegistration = 9,

    /// <summary>Keep-alive between agent and services; stays inside the box.</summary>
    ServiceAlive = 10,

    /// <summary>A message that its sender could not name.</summary>
    Unknown = 11,
}
