namespace DeviceConsole.Protocols.Snmp.Security;

/// <summary>How messages are authenticated.</summary>
public enum AuthProtocol
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>HMAC-MD5-96 (RFC 3414 §6).</summary>
    Md5,

    /// <summary>HMAC-SHA-96 (RFC 3414 §7).</summary>
    Sha1,

    /// <summary>HMAC-128-SHA-224 (RFC 7860).</summary>
    Sha224,

    /// <summary>HMAC-192-SHA-256 (RFC 7860).</summary>
    Sha256,

    /// <summary>HMAC-256-SHA-384 (RFC 7860).</summary>
    Sha384,

    /// <summary>HMAC-384-SHA-512 (RFC 7860).</summary>
    Sha512,
}
