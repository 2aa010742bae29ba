using DeviceConsole.Protocols.Usp.Mtp.Mqtt;
using DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;
using DeviceConsole.Protocols.Usp.Wire.Records;

namespace DeviceConsole.Simulator.Usp;

/// <summary>An MQTT broker between agent and controller; the topics are those that the product documents.</summary>
/// <param name="broker">The broker, and the agent's user there.</param>
/// <param name="tenant">The tenant's short name.</param>
/// <param name="prefix">The first part of the topics.</param>
public sealed class MqttTransport(MqttClientOptions broker, string tenant, string prefix = "usp") : IUspTransport
{
    /// <inheritdoc />
    public async Task<IUspConnection> ConnectAsync(string endpointId, CancellationToken cancellationToken)
    {
        var topics = new UspTopics(prefix, tenant, endpointId);
        var options = broker with
        {
            ClientId = endpointId,
            UserProperties = [new("usp-endpoint-id", endpointId)],
        };
        var client = await MqttClient.ConnectAsync(options, TimeProvider.System, cancellationToken);
        try
        {
            await client.SubscribeAsync(options.Version == MqttVersion.V5 ? topics.Agent : topics.Agent + "/#", cancellationToken);
            return new Connection(client, topics, options.Version);
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    private sealed class Connection(MqttClient client, UspTopics topics, MqttVersion version) : IUspConnection
    {
        public UspRecordBody Greeting { get; } = new DeviceConsole.Protocols.Usp.Wire.Records.MqttConnect(version == MqttVersion.V5 ? 1 : 0, topics.Agent);

        public async Task SendAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken) => await client.PublishAsync(
            version == MqttVersion.V5
                ? new MqttPublish(topics.Controller, record) { QualityOfService = 1, ContentType = "usp.msg", ResponseTopic = topics.Agent }
                : new MqttPublish(UspTopics.WithReplyTo(topics.Controller, topics.Agent), record) { QualityOfService = 1 },
            cancellationToken);

        public async Task<byte[]?> ReceiveAsync(CancellationToken cancellationToken) =>
            await client.Messages.WaitToReadAsync(cancellationToken) && client.Messages.TryRead(out var message) ? message.Payload.ToArray() : null;

        public async Task CloseAsync(CancellationToken cancellationToken) => await client.DisposeAsync();

        public ValueTask DisposeAsync() => client.DisposeAsync();
    }
}
