namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>The keys of a message's map as they came, before it is known which kind of message they make.</summary>
internal sealed class WrpFields
{
    private const int MaximumMetadata = 256;

    private static readonly Dictionary<string, string> NoMetadata = [];

    private long? type;
    private long? status;
    private long? rdr;
    private long? qos;
    private string? source;
    private string? dest;
    private string? transaction;
    private string? contentType;
    private string? accept;
    private string? path;
    private string? serviceName;
    private string? url;
    private string? sessionId;
    private string[] headers = [];
    private string[] partnerIds = [];
    private Dictionary<string, string> metadata = NoMetadata;
    private byte[] payload = [];

    public static WrpFields Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new MsgPackReader(bytes);
        var fields = new WrpFields();
        for (var pairs = reader.ReadMapHeader(); pairs > 0; pairs--) fields.ReadPair(ref reader);
        return fields;
    }

    public WrpMessage ToMessage() => type switch
    {
        (long)WrpType.Authorization => new WrpAuthorization(status ?? throw Missing(WrpKey.Status)),
        (long)WrpType.Request => Routed(new WrpRequest()),
        (long)WrpType.Event => Routed(new WrpEvent()),
        >= (long)WrpType.Create and <= (long)WrpType.Delete => Routed(new WrpCrud((WrpType)type) { Path = path }),
        (long)WrpType.ServiceRegistration => new WrpServiceRegistration(serviceName ?? throw Missing(WrpKey.ServiceName), url ?? throw Missing(WrpKey.Url)),
        (long)WrpType.ServiceAlive => new WrpServiceAlive(),
        (long)WrpType.Unknown => new WrpUnknown(),
        null => throw Missing(WrpKey.Type),
        _ => throw new WrpDecodeException($"There is no message of type {type}."),
    };

    // What travels has two ends; a request also has the name of its exchange.
    private WrpRoutedMessage Routed(WrpRoutedMessage message)
    {
        if (message is WrpRequest && string.IsNullOrEmpty(transaction)) throw Missing(WrpKey.TransactionUuid);
        return message with
        {
            Source = source ?? throw Missing(WrpKey.Source),
            Dest = dest ?? throw Missing(WrpKey.Dest),
            TransactionUuid = transaction,
            ContentType = contentType,
            Accept = accept,
            Status = status,
            RequestDeliveryResponse = rdr,
            Headers = headers,
            Metadata = metadata,
            PartnerIds = partnerIds,
            SessionId = sessionId,
            Qos = qos,
            Payload = payload,
        };
    }

    private void ReadPair(ref MsgPackReader reader)
    {
        if (reader.Next != MsgPackKind.String)
        {
            reader.Skip();
            reader.Skip();
            return;
        }
        var key = reader.ReadString();
        if (reader.Next == MsgPackKind.Nil) reader.Skip();
        else ReadValue(key, ref reader);
    }

    // Spans (timings of the hops) and whatever else nobody here asks for are passed over.
    private void ReadValue(string key, ref MsgPackReader reader)
    {
        switch (key)
        {
            case WrpKey.Type: type = reader.ReadInteger(); break;
            case WrpKey.Status: status = reader.ReadInteger(); break;
            case WrpKey.RequestDeliveryResponse: rdr = reader.ReadInteger(); break;
            case WrpKey.Qos: qos = reader.ReadInteger(); break;
            case WrpKey.Source: source = reader.ReadString(); break;
            case WrpKey.Dest: dest = reader.ReadString(); break;
            case WrpKey.TransactionUuid: transaction = reader.ReadString(); break;
            case WrpKey.ContentType: contentType = reader.ReadString(); break;
            case WrpKey.Accept: accept = reader.ReadString(); break;
            case WrpKey.Path: path = reader.ReadString(); break;
            case WrpKey.ServiceName: serviceName = reader.ReadString(); break;
            case WrpKey.Url: url = reader.ReadString(); break;
            case WrpKey.SessionId: sessionId = reader.ReadString(); break;
            case WrpKey.Headers: headers = ReadTexts(ref reader); break;
            case WrpKey.PartnerIds: partnerIds = ReadTexts(ref reader); break;
            case WrpKey.Metadata: metadata = ReadMetadata(ref reader); break;
            case WrpKey.Payload: payload = reader.ReadBytes().ToArray(); break;
            default: reader.Skip(); break;
        }
    }

    // The items were measured, but an array of empty texts is one byte each: take no room before they are read.
    private static string[] ReadTexts(ref MsgPackReader reader)
    {
        var texts = new List<string>();
        for (var items = reader.ReadArrayHeader(); items > 0; items--) texts.Add(reader.ReadString());
        return [.. texts];
    }

    private static Dictionary<string, string> ReadMetadata(ref MsgPackReader reader)
    {
        var pairs = reader.ReadMapHeader();
        if (pairs > MaximumMetadata) throw new WrpDecodeException($"The metadata has {pairs} entries; {MaximumMetadata} are the most.");
        var metadata = new Dictionary<string, string>(pairs);
        for (; pairs > 0; pairs--)
        {
            var key = reader.ReadString();
            if (reader.Next == MsgPackKind.String) metadata[key] = reader.ReadString();
            else reader.Skip();
        }
        return metadata;
    }

    private static WrpDecodeException Missing(string key) => new($"The message has no {key}.");
}
