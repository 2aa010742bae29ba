namespace DeviceConsole.Protocols.Usp.Wire.Messages;

/// <summary>What a message is (Header.msg_type).</summary>
public enum UspMessageType
{
    /// <summary>An error.</summary>
    Error = 0,

    /// <summary>Get.</summary>
    Get = 1,

    /// <summary>GetResp.</summary>
    GetResp = 2,

    /// <summary>Notify.</summary>
    Notify = 3,

    /// <summary>Set.</summary>
    Set = 4,

    /// <summary>SetResp.</summary>
    SetResp = 5,

    /// <summary>Operate.</summary>
    Operate = 6,

    /// <summary>OperateResp.</summary>
    OperateResp = 7,

    /// <summary>Add.</summary>
    Add = 8,

    /// <summary>AddResp.</summary>
    AddResp = 9,

    /// <summary>Delete.</summary>
    Delete = 10,

    /// <summary>DeleteResp.</summary>
    DeleteResp = 11,

    /// <summary>GetSupportedDM.</summary>
    GetSupportedDm = 12,

    /// <summary>GetSupportedDMResp.</summary>
    GetSupportedDmResp = 13,

    /// <summary>GetInstances.</summary>
    GetInstances = 14,

    /// <summary>GetInstancesResp.</summary>
    GetInstancesResp = 15,

    /// <summary>NotifyResp.</summary>
    NotifyResp = 16,

    /// <summary>GetSupportedProtocol.</summary>
    GetSupportedProtocol = 17,

    /// <summary>GetSupportedProtocolResp.</summary>
    GetSupportedProtocolResp = 18,

    /// <summary>Register.</summary>
    Register = 19,

    /// <summary>RegisterResp.</summary>
    RegisterResp = 20,

    /// <summary>Deregister.</summary>
    Deregister = 21,

    /// <summary>DeregisterResp.</summary>
    DeregisterResp = 22,
}
