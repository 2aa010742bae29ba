namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>Control packet types (MQTT 5.0 §2.1.2) that a client meets.</summary>
internal static class MqttPacketType
{
    public const int Connect = 1, ConnAck = 2, Publish = 3, PubAck = 4, Subscribe = 8, SubAck = 9, PingReq = 12, PingResp = 13, Disconnect = 14;
}
