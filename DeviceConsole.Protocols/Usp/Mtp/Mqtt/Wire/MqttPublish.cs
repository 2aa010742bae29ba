namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>A message of an application (MQTT 5.0 §3.3).</summary>
/// <param name="Topic">Where it goes, or came.</param>
/// <param name="Payload">The message.</param>
public sealed record MqttPublish(string Topic, ReadOnlyMemory<byte> Payload) : MqttPacket
{
    /// <summary>0 at most once, 1 at least once.</summary>
    public int QualityOfService { get; init; }

    /// <summary>The packet's number where the quality of service is 1.</summary>
    public ushort PacketId { get; init; }

    /// <summary>True for a message that the broker kept.</summary>
    public bool Retain { get; init; }

    /// <summary>True where it may have come before.</summary>
    public bool Duplicate { get; init; }

    /// <summary>Version 5 only.</summary>
    public string? ContentType { get; init; }

    /// <summary>Version 5 only: where answers go.</summary>
    public string? ResponseTopic { get; init; }
}
