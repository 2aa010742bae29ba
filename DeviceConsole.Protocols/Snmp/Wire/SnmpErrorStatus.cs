namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>The error-status of a response (RFC 3416 §3). Values beyond the list are kept as they came.</summary>
public enum SnmpErrorStatus
{
    /// <summary>The request succeeded.</summary>
    NoError = 0,

    /// <summary>The answer would not fit into a message.</summary>
    TooBig = 1,

    /// <summary>SNMPv1: the object does not exist in the view, or cannot be written.</summary>
    NoSuchName = 2,

    /// <summary>SNMPv1: the value does not fit the object.</summary>
    BadValue = 3,

    /// <summary>SNMPv1: the object is read-only (agents send noSuchName instead).</summary>
    ReadOnly = 4,

    /// <summary>Anything else.</summary>
    GenErr = 5,

    /// <summary>The object is outside the view.</summary>
    NoAccess = 6,

    /// <summary>The value has the wrong type.</summary>
    WrongType = 7,

    /// <summary>The value has the wrong length.</summary>
    WrongLength = 8,

    /// <summary>The value is encoded wrongly.</summary>
    WrongEncoding = 9,

    /// <summary>The object can never take this value.</summary>
    WrongValue = 10,

    /// <summary>The instance cannot be created.</summary>
    NoCreation = 11,

    /// <summary>The value does not fit the device's present state.</summary>
    InconsistentValue = 12,

    /// <summary>The device lacks a resource for it now.</summary>
    ResourceUnavailable = 13,

    /// <summary>The assignment failed; nothing was changed.</summary>
    CommitFailed = 14,

    /// <summary>The assignment failed, and not everything could be undone.</summary>
    UndoFailed = 15,

    /// <summary>The request was not authorised.</summary>
    AuthorizationError = 16,

    /// <summary>The object exists and cannot be written.</summary>
    NotWritable = 17,

    /// <summary>The instance cannot be created in the device's present state.</summary>
    InconsistentName = 18,
}
