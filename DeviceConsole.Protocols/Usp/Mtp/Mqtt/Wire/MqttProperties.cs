namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>The properties of version 5 (MQTT 5.0 §2.2.2) that matter here; the others are read over by their type.</summary>
internal sealed class MqttProperties
{
    public const int ContentTypeId = 3, ResponseTopicId = 8, ServerKeepAliveId = 19, ReasonTextId = 31, ReceiveMaximumId = 33, TopicAliasId = 35, UserPropertyId = 38, MaximumPacketId = 39;

    public string? ContentType { get; private set; }

    public string? ResponseTopic { get; private set; }

    public string? ReasonText { get; private set; }

    public ushort? ServerKeepAlive { get; private set; }

    public static MqttProperties Read(ref MqttReader reader)
    {
        var properties = new MqttProperties();
        var block = new MqttReader(reader.Take(reader.Variable()));
        while (!block.AtEnd)
        {
            switch (block.Variable())
            {
                case ContentTypeId: properties.ContentType = block.Text(); break;
                case ResponseTopicId: properties.ResponseTopic = block.Text(); break;
                case ReasonTextId: properties.ReasonText = block.Text(); break;
                case ServerKeepAliveId: properties.ServerKeepAlive = block.Number16(); break;
                case UserPropertyId: block.Text(); block.Text(); break;
                case 1 or 23 or 25 or 36 or 37 or 40 or 41 or 42: block.Octet(); break;
                case ReceiveMaximumId or 34: block.Number16(); break;
                case 2 or 17 or 24 or MaximumPacketId: block.Number32(); break;
                case 11: block.Variable(); break;
                case 18 or 21 or 26 or 28: block.Text(); break;
                case 9 or 22: block.Binary(); break;
                // None was offered in CONNECT, so a broker may use none.
                case TopicAliasId: throw new MqttProtocolException("The broker uses a topic alias that was not offered.");
                case var unknown: throw new MqttProtocolException($"There is no property {unknown}.");
            }
        }
        return properties;
    }

    public static void Write(MqttWriter writer, Action<MqttWriter> fill)
    {
        var block = new MqttWriter();
        fill(block);
        writer.Variable(block.Written.Length);
        writer.Bytes(block.Written);
    }

    public static void WriteUser(MqttWriter writer, IReadOnlyList<KeyValuePair<string, string>> properties)
    {
        foreach (var (name, value) in properties)
        {
            writer.Octet(UserPropertyId);
            writer.Text(name);
            writer.Text(value);
        }
    }
}
