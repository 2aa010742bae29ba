namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>Keys of a WRP message's map.</summary>
internal static class WrpKey
{
    public const string Type = "msg_type";
    public const string Status = "status";
    public const string Source = "source";
    public const string Dest = "dest";
    public const string TransactionUuid = "transaction_uuid";
    public const string ContentType = "content_type";
    public const string Accept = "accept";
    public const string RequestDeliveryResponse = "rdr";
    public const string Headers = "headers";
    public const string Metadata = "metadata";
    public const string Payload = "payload";
    public const string Path = "path";
    public const string ServiceName = "service_name";
    public const string Url = "url";
    public const string PartnerIds = "partner_ids";
    public const string SessionId = "session_id";
    public const string Qos = "qos";
}
