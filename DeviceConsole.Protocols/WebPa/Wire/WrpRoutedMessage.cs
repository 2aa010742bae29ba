namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>What all messages have that travel from a source to a destination.</summary>
public abstract record WrpRoutedMessage : WrpMessage
{
    private protected static readonly IReadOnlyDictionary<string, string> NoMetadata = new Dictionary<string, string>();

    /// <summary>Who sent it: <c>mac:112233445566/config</c>, <c>dns:talaria.example.net</c>. A device's own word; never believed.</summary>
    public string Source { get; init; } = "";

    /// <summary>Who gets it: a device's service, or <c>event:…</c>.</summary>
    public string Dest { get; init; } = "";

    /// <summary>Names the exchange; null in most events.</summary>
    public string? TransactionUuid { get; init; }

    /// <summary>What the payload is, for example <c>application/json</c>.</summary>
    public string? ContentType { get; init; }

    /// <summary>What the sender wants as answer.</summary>
    public string? Accept { get; init; }

    /// <summary>How it went, in answers; as in HTTP.</summary>
    public long? Status { get; init; }

    /// <summary>The request delivery response: 0 where it was delivered.</summary>
    public long? RequestDeliveryResponse { get; init; }

    /// <summary>Trace headers and the like, each one text.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>What the agent says of the device with every message.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = NoMetadata;

    /// <summary>The operators that the device belongs to.</summary>
    public IReadOnlyList<string> PartnerIds { get; init; } = [];

    /// <summary>The connection that it came by.</summary>
    public string? SessionId { get; init; }

    /// <summary>Quality of service, 0 to 99; from <see cref="WrpEvent.AcknowledgedQos"/> on the sender wants an acknowledgement.</summary>
    public long? Qos { get; init; }

    /// <summary>The content.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }
}
