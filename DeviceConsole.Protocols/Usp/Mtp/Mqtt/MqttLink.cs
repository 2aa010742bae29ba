using DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;
using DeviceConsole.Protocols.Usp.Session;
using DeviceConsole.Protocols.Usp.Wire.Records;

namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt;

/// <summary>The way to one agent through the broker.</summary>
internal sealed class MqttLink(MqttClient client, UspTopics topics, string agentTopic, bool byTopic) : IAgentLink
{
    public const string ContentType = "usp.msg";

    /// <summary>The agent begins; a controller greets nobody over MQTT.</summary>
    public UspRecordBody? Greeting => null;

    /// <summary>Set once the broker says that the agent does not listen.</summary>
    public bool Unheard { get; private set; }

    /// <inheritdoc />
    public async Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        var reason = await client.PublishAsync(Message(topics, agentTopic, byTopic, record), cancellationToken).ConfigureAwait(false);
        if (reason is not MqttPubAck.NoMatchingSubscribers and < 0x80) return;
        Unheard = true;
        throw new IOException(reason >= 0x80 ? $"The broker refused the message (0x{reason:x2})." : "Nobody listens to the agent's topic.");
    }

    /// <summary>A record as a message to an agent.</summary>
    public static MqttPublish Message(UspTopics topics, string agentTopic, bool byTopic, ReadOnlyMemory<byte> record) =>
        new(byTopic ? UspTopics.WithReplyTo(agentTopic, topics.Controller) : agentTopic, record) { QualityOfService = 1, ContentType = ContentType, ResponseTopic = topics.Controller };
}
