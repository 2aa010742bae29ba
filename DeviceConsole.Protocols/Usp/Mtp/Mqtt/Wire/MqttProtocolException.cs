namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>The bytes are no MQTT packet: the only exception of this folder's decoder.</summary>
public sealed class MqttProtocolException : Exception
{
    /// <summary>No reason given.</summary>
    public MqttProtocolException() { }

    /// <summary>With the reason.</summary>
    public MqttProtocolException(string message) : base(message) { }

    /// <summary>With the reason and its cause.</summary>
    public MqttProtocolException(string message, Exception innerException) : base(message, innerException) { }
}
