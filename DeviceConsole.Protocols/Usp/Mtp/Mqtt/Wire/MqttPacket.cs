namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>A control packet: one of those in this folder.</summary>
public abstract record MqttPacket;
