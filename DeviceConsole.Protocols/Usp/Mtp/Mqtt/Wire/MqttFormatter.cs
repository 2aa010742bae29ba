namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt.Wire;

/// <summary>Packets to bytes and back, as a client needs them, for MQTT 3.1.1 and 5.0.</summary>
/// <param name="version">The version of the connection.</param>
/// <param name="maximumPacket">The longest packet that is read, in bytes.</param>
public sealed class MqttFormatter(MqttVersion version, int maximumPacket = 8 * 1024 * 1024)
{
    private bool Is5 => version == MqttVersion.V5;

    /// <summary>
    /// Reads the first packet of a stream. False where it is not whole yet, and then nothing is consumed. <paramref name="packet"/> is null for one
    /// that a client need not know.
    /// </summary>
    /// <exception cref="MqttProtocolException">The bytes are no packet, or one that is too long.</exception>
    public bool TryRead(ReadOnlySpan<byte> data, out MqttPacket? packet, out int consumed)
    {
        (packet, consumed) = (null, 0);
        if (!TryReadLength(data, out var header, out var length)) return false;
        if (length > maximumPacket) throw new MqttProtocolException($"A packet has {length:N0} bytes; at most {maximumPacket:N0} are taken.");
        if (data.Length - header < length) return false;
        packet = Read(data[0], new MqttReader(data.Slice(header, length)));
        consumed = header + length;
        return true;
    }

    /// <summary>The packet's bytes.</summary>
    /// <exception cref="ArgumentException">A client does not send such a packet.</exception>
    public byte[] Write(MqttPacket packet)
    {
        var body = new MqttWriter();
        var first = packet switch
        {
            MqttConnect connect => Write(body, connect),
            MqttPublish publish => Write(body, publish),
            MqttPubAck ack => Write(body, ack),
            MqttSubscribe subscribe => Write(body, subscribe),
            MqttPing { IsAnswer: false } => MqttPacketType.PingReq << 4,
            MqttDisconnect => MqttPacketType.Disconnect << 4,
            _ => throw new ArgumentException($"A client does not send {packet.GetType().Name}.", nameof(packet)),
        };
        var whole = new MqttWriter();
        whole.Octet(first);
        whole.Variable(body.Written.Length);
        whole.Bytes(body.Written);
        return whole.Written.ToArray();
    }

    private static bool TryReadLength(ReadOnlySpan<byte> data, out int header, out int length)
    {
        length = 0;
        for (header = 1; header <= 4; header++)
        {
            if (data.Length <= header) return false;
            length |= (data[header] & 0x7f) << (7 * (header - 1));
            if (data[header] >= 0x80) continue;
            header++;
            return true;
        }
        throw new MqttProtocolException("A packet's length has more than four octets.");
    }

    private MqttPacket? Read(byte first, MqttReader reader) => (first >> 4) switch
    {
        MqttPacketType.ConnAck => ReadConnAck(ref reader),
        MqttPacketType.Publish => ReadPublish(first, ref reader),
        MqttPacketType.PubAck => new MqttPubAck(reader.Number16(), reader.AtEnd ? (byte)0 : reader.Octet()),
        MqttPacketType.SubAck => ReadSubAck(ref reader),
        MqttPacketType.PingResp => new MqttPing(IsAnswer: true),
        MqttPacketType.Disconnect => new MqttDisconnect(reader.AtEnd ? (byte)0 : reader.Octet()),
        0 or 15 or MqttPacketType.Connect or MqttPacketType.Subscribe or 10 or MqttPacketType.PingReq => throw new MqttProtocolException($"A broker does not send packets of type {first >> 4}."),
        _ => null,
    };

    private MqttConnAck ReadConnAck(ref MqttReader reader)
    {
        reader.Octet();
        var reason = reader.Octet();
        if (!Is5 || reader.AtEnd) return new MqttConnAck(reason);
        var properties = MqttProperties.Read(ref reader);
        return new MqttConnAck(reason) { ReasonText = properties.ReasonText, ServerKeepAlive = properties.ServerKeepAlive };
    }

    private MqttPublish ReadPublish(byte first, ref MqttReader reader)
    {
        var quality = (first >> 1) & 3;
        if (quality > 1) throw new MqttProtocolException($"A message has the quality of service {quality}, which was not asked for.");
        var topic = reader.Text();
        var id = quality == 0 ? (ushort)0 : reader.Number16();
        var properties = Is5 ? MqttProperties.Read(ref reader) : null;
        return new MqttPublish(topic, reader.Rest.ToArray())
        {
            QualityOfService = quality, PacketId = id, Retain = (first & 1) != 0, Duplicate = (first & 8) != 0,
            ContentType = properties?.ContentType, ResponseTopic = properties?.ResponseTopic,
        };
    }

    private MqttSubAck ReadSubAck(ref MqttReader reader)
    {
        var id = reader.Number16();
        if (Is5) MqttProperties.Read(ref reader);
        return new MqttSubAck(id, reader.Octet());
    }

    private int Write(MqttWriter body, MqttConnect connect)
    {
        body.Text("MQTT");
        body.Octet((int)version);
        body.Octet((connect.CleanStart ? 2 : 0) | (connect.UserName is null ? 0 : 0x80) | (connect.Password is null ? 0 : 0x40));
        body.Number16(connect.KeepAlive);
        if (Is5) MqttProperties.Write(body, p => WriteProperties(p, connect));
        body.Text(connect.ClientId);
        if (connect.UserName is not null) body.Text(connect.UserName);
        if (connect.Password is not null) body.Text(connect.Password);
        return MqttPacketType.Connect << 4;
    }

    private static void WriteProperties(MqttWriter writer, MqttConnect connect)
    {
        MqttProperties.WriteUser(writer, connect.UserProperties);
        if (connect.ReceiveMaximum is { } receive)
        {
            writer.Octet(MqttProperties.ReceiveMaximumId);
            writer.Number16(receive);
        }
        if (connect.MaximumPacket is { } maximum)
        {
            writer.Octet(MqttProperties.MaximumPacketId);
            writer.Number32(maximum);
        }
    }

    private int Write(MqttWriter body, MqttPublish publish)
    {
        body.Text(publish.Topic);
        if (publish.QualityOfService > 0) body.Number16(publish.PacketId);
        if (Is5) MqttProperties.Write(body, p => WriteProperties(p, publish));
        body.Bytes(publish.Payload.Span);
        return (MqttPacketType.Publish << 4) | (publish.Duplicate ? 8 : 0) | (publish.QualityOfService << 1) | (publish.Retain ? 1 : 0);
    }

    private static void WriteProperties(MqttWriter writer, MqttPublish publish)
    {
        if (publish.ContentType is { } type)
        {
            writer.Octet(MqttProperties.ContentTypeId);
            writer.Text(type);
        }
        if (publish.ResponseTopic is { } topic)
        {
            writer.Octet(MqttProperties.ResponseTopicId);
            writer.Text(topic);
        }
    }

    // The short form, also of version 5, means success.
    private static int Write(MqttWriter body, MqttPubAck ack)
    {
        body.Number16(ack.PacketId);
        return MqttPacketType.PubAck << 4;
    }

    private int Write(MqttWriter body, MqttSubscribe subscribe)
    {
        body.Number16(subscribe.PacketId);
        if (Is5) MqttProperties.Write(body, p => MqttProperties.WriteUser(p, subscribe.UserProperties));
        body.Text(subscribe.Filter);
        body.Octet(subscribe.QualityOfService);
        return (MqttPacketType.Subscribe << 4) | 2;
    }
}
