namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>The protocol's version, as CONNECT numbers it.</summary>
public enum MqttVersion
{
    /// <summary>MQTT 3.1.1.</summary>
    V311 = 4,

    /// <summary>MQTT 5.0.</summary>
    V5 = 5,
}
