namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>A variable binding: a name and its value (RFC 3416 §3).</summary>
/// <param name="Name">The instance's OID.</param>
/// <param name="Value">The value, or the exception that stands for it.</param>
public readonly record struct VarBind(ObjectIdentifier Name, SnmpValue Value)
{
    /// <summary>A name without a value, as requests that read carry it.</summary>
    public static VarBind Unspecified(ObjectIdentifier name) => new(name, SnmpValue.Null);
}
