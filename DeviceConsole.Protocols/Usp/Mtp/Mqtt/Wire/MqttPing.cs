namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>A sign of life (MQTT 5.0 §3.12, §3.13).</summary>
/// <param name="IsAnswer">True for the broker's answer.</param>
public sealed record MqttPing(bool IsAnswer) : MqttPacket;
