namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>The broker's answer to CONNECT (MQTT 5.0 §3.2).</summary>
/// <param name="Reason">0: let in. Version 3.1.1: 1 to 5. Version 5: from 0x80 on refused.</param>
public sealed record MqttConnAck(byte Reason) : MqttPacket
{
    /// <summary>The broker's words.</summary>
    public string? ReasonText { get; init; }

    /// <summary>Seconds that the broker wants instead of the client's.</summary>
    public ushort? ServerKeepAlive { get; init; }
}
