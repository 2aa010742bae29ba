namespace DeviceConsole.Protocols.Snmp.Wire;

/// <summary>Bytes that are not the SNMP message they should be. The codec throws this for invalid input and nothing else.</summary>
public sealed class SnmpDecodeException : Exception
{
    /// <summary>Invalid input.</summary>
    public SnmpDecodeException() { }

    /// <summary>Invalid input, with what is wrong and where.</summary>
    public SnmpDecodeException(string message) : base(message) { }

    /// <summary>Invalid input with its cause.</summary>
    public SnmpDecodeException(string message, Exception innerException) : base(message, innerException) { }
}
