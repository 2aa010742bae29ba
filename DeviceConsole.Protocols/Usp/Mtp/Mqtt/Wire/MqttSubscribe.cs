namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>Asks for the messages of one topic filter (MQTT 5.0 §3.8).</summary>
/// <param name="PacketId">The packet.</param>
/// <param name="Filter">The topic filter.</param>
/// <param name="QualityOfService">The highest quality of service that is wanted.</param>
public sealed record MqttSubscribe(ushort PacketId, string Filter, int QualityOfService) : MqttPacket
{
    /// <summary>Version 5 only.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];
}
