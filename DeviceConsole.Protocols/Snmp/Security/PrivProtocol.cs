namespace DeviceConsole.Protocols.Snmp.Security;

/// <summary>How scoped PDUs are encrypted.</summary>
public enum PrivProtocol
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>CBC-DES (RFC 3414 §8).</summary>
    Des,

    /// <summary>3DES-EDE in CBC (draft-reeder-snmpv3-usm-3desede), with its key extension.</summary>
    TripleDes,

    /// <summary>CFB128-AES-128 (RFC 3826).</summary>
    Aes128,

    /// <summary>AES-192 with the key extension of draft-blumenthal-aes-usm.</summary>
    Aes192,

    /// <summary>AES-256 with the key extension of draft-blumenthal-aes-usm.</summary>
    Aes256,

    /// <summary>AES-192 with the key extension of draft-reeder-snmpv3-usm-3desede, as Cisco and others have it.</summary>
    Aes192Reeder,

    /// <summary>AES-256 with the key extension of draft-reeder-snmpv3-usm-3desede, as Cisco and others have it.</summary>
    Aes256Reeder,
}
