using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Usp.Wire;
using DeviceConsole.Protocols.Usp.Wire.Text;

namespace DeviceConsole.Protocols.Usp;

/// <summary>Messages as entries of a trace: the names of the schema, indented, secrets masked.</summary>
internal static class UspTrace
{
    // A longer one is cut when it is stored; making the text of megabytes is not worth that.
    private const int MaximumShown = 64 * 1024;

    public static TraceEntry Message(DateTimeOffset at, TraceDirection direction, ReadOnlySpan<byte> message)
    {
        if (message.Length > MaximumShown) return new TraceEntry(at, direction, "Message", $"({message.Length:N0} bytes, too long to be shown)");
        try
        {
            var text = UspText.Message(message);
            UspRedaction.Apply(text);
            return new TraceEntry(at, direction, Title(text), UspText.Format(text));
        }
        catch (UspDecodeException e)
        {
            return new TraceEntry(at, TraceDirection.Note, "Unreadable message", e.Message);
        }
    }

    public static TraceEntry Note(DateTimeOffset at, string title, string body) => new(at, TraceDirection.Note, title, body);

    private static string Title(JsonObject message)
    {
        var type = message["header"]?["msg_type"]?.GetValue<string>() ?? "ERROR";
        var body = message["body"];
        if (body?["error"]?["err_code"] is { } code) return $"{type} {code}";
        if (body?["request"]?["notify"] is not JsonObject notify) return type;
        if (notify["event"]?["event_name"] is { } name) return $"{type} {name}";
        return notify.Select(f => f.Key).FirstOrDefault(k => k is not ("subscription_id" or "send_resp")) is { } kind ? $"{type} {kind}" : type;
    }
}
