namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>The answer to a SUBSCRIBE (MQTT 5.0 §3.9).</summary>
/// <param name="PacketId">The packet.</param>
/// <param name="Reason">0 to 2: the quality of service granted; from 0x80 on refused.</param>
public sealed record MqttSubAck(ushort PacketId, byte Reason) : MqttPacket;
