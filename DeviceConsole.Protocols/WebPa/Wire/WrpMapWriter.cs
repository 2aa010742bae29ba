using System.Buffers;

namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>Writes a message's map: <c>msg_type</c> first, then the keys that have a value.</summary>
internal readonly struct WrpMapWriter(IBufferWriter<byte> output)
{
    private readonly MsgPackWriter writer = new(output);

    public void Write(WrpMessage message)
    {
        switch (message)
        {
            case WrpAuthorization authorization:
                Begin(message.Type, 1);
                Number(WrpKey.Status, authorization.Status);
                break;
            case WrpServiceRegistration registration:
                Begin(message.Type, 2);
                Text(WrpKey.ServiceName, registration.ServiceName);
                Text(WrpKey.Url, registration.Url);
                break;
            case WrpRoutedMessage routed:
                WriteRouted(routed);
                break;
            default:
                Begin(message.Type, 0);
                break;
        }
    }

    private void WriteRouted(WrpRoutedMessage m)
    {
        var path = (m as WrpCrud)?.Path;
        Begin(m.Type, 2 + Count(m.TransactionUuid, m.ContentType, m.Accept, m.SessionId, path) + Count(m.Status, m.RequestDeliveryResponse, m.Qos)
            + (m.Headers.Count > 0 ? 1 : 0) + (m.Metadata.Count > 0 ? 1 : 0) + (m.PartnerIds.Count > 0 ? 1 : 0) + (m.Payload.IsEmpty ? 0 : 1));
        Text(WrpKey.Source, m.Source);
        Text(WrpKey.Dest, m.Dest);
        Text(WrpKey.TransactionUuid, m.TransactionUuid);
        Text(WrpKey.ContentType, m.ContentType);
        Text(WrpKey.Accept, m.Accept);
        Number(WrpKey.Status, m.Status);
        Number(WrpKey.RequestDeliveryResponse, m.RequestDeliveryResponse);
        Texts(WrpKey.Headers, m.Headers);
        Metadata(m.Metadata);
        Texts(WrpKey.PartnerIds, m.PartnerIds);
        Text(WrpKey.SessionId, m.SessionId);
        Number(WrpKey.Qos, m.Qos);
        Text(WrpKey.Path, path);
        if (m.Payload.IsEmpty) return;
        writer.String(WrpKey.Payload);
        writer.Binary(m.Payload.Span);
    }

    private void Begin(WrpType type, int others)
    {
        writer.MapHeader(1 + others);
        Number(WrpKey.Type, (long)type);
    }

    private static int Count(params ReadOnlySpan<object?> values)
    {
        var count = 0;
        foreach (var value in values)
            if (value is not null) count++;
        return count;
    }

    private void Text(string key, string? value)
    {
        if (value is null) return;
        writer.String(key);
        writer.String(value);
    }

    private void Number(string key, long? value)
    {
        if (value is not { } number) return;
        writer.String(key);
        writer.Integer(number);
    }

    private void Texts(string key, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        writer.String(key);
        writer.ArrayHeader(values.Count);
        foreach (var value in values) writer.String(value);
    }

    private void Metadata(IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0) return;
        writer.String(WrpKey.Metadata);
        writer.MapHeader(metadata.Count);
        foreach (var (key, value) in metadata)
        {
            writer.String(key);
            writer.String(value);
        }
    }
}
