namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>The last packet (MQTT 5.0 §3.14).</summary>
/// <param name="Reason">0: as planned. Version 5 only.</param>
public sealed record MqttDisconnect(byte Reason = 0) : MqttPacket;
