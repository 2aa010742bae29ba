using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.WebPa.Wire;

namespace DeviceConsole.Protocols.WebPa.Gateway;

/// <summary>Messages as people read them in a trace, without secrets.</summary>
internal static class WrpText
{
    public static TraceEntry Entry(DateTimeOffset at, TraceDirection direction, string title, WrpRoutedMessage message) => new(at, direction, title, Body(message));

    public static TraceEntry Note(DateTimeOffset at, string text) => new(at, TraceDirection.Note, text, "");

    /// <summary>The message's name where nothing says more: "Event event:SYNC_NOTIFICATION".</summary>
    public static string Title(WrpRoutedMessage message) => message is WrpEvent ? $"Event {message.Dest}" : $"{message.Type} {message.Dest}";

    private static string Body(WrpRoutedMessage message)
    {
        var lines = new List<string> { $"source: {message.Source}", $"dest: {message.Dest}" };
        if (message.TransactionUuid is { } transaction) lines.Add($"transaction_uuid: {transaction}");
        if (message.Status is { } status) lines.Add($"status: {status}");
        if (message.RequestDeliveryResponse is { } delivery) lines.Add($"rdr: {delivery}");
        if (message.Qos is { } qos) lines.Add($"qos: {qos}");
        if (message.ContentType is { } type) lines.Add($"content_type: {type}");
        if (!message.Payload.IsEmpty) lines.AddRange(["", WebPaRedaction.Show(message.Payload)]);
        return string.Join('\n', lines);
    }
}
