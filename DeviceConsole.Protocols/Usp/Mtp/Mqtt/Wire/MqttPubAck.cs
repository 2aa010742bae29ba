namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>The acknowledgement of a PUBLISH of quality 1 (MQTT 5.0 §3.4).</summary>
/// <param name="PacketId">The packet.</param>
/// <param name="Reason">0: taken. <see cref="NoMatchingSubscribers"/>, or from 0x80 on refused.</param>
public sealed record MqttPubAck(ushort PacketId, byte Reason = 0) : MqttPacket
{
    /// <summary>The broker took it, but nobody listens to its topic.</summary>
    public const byte NoMatchingSubscribers = 0x10;
}
