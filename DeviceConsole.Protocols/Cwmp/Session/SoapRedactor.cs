using System.Text;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>Takes the secrets out of a message before people see it: passwords of transfers, and values of parameters whose names say so.</summary>
internal static class SoapRedactor
{
    // In bytes. No character takes more than three of them (a half surrogate pair two), so that behind this point nothing is kept.
    private const int MaximumRead = TraceEntry.MaximumBody * 3;
    private const string Mask = "••••";
    private static readonly string[] Endings = ["password", "passphrase", "key", "secret", "pin", "token", "credential", "credentials"];

    /// <summary>True where the last part of a parameter's path names a secret. ParameterKey and CommandKey are none.</summary>
    public static bool IsSecret(string path)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        if (name.EndsWith("ParameterKey", StringComparison.Ordinal) || name.EndsWith("CommandKey", StringComparison.Ordinal)) return false;
        return Endings.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase)) || name.StartsWith("WEPKey", StringComparison.OrdinalIgnoreCase)
            || name.Contains("PreSharedKey", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The same, when it is wanted; of a long document at once, for the whole of it would be held until then.</summary>
    public static Lazy<string> Later(ReadOnlyMemory<byte> document) => document.Length > TraceEntry.MaximumBody ? new(Redact(document.Span)) : new(() => Redact(document.Span));

    /// <summary>The document as text without its secrets, cut at what a trace keeps. What cannot be read is shown only as far as it could be.</summary>
    public static string Redact(ReadOnlySpan<byte> document)
    {
        var text = new StringBuilder();
        var copied = 0;
        try
        {
            var xml = new XmlScanner(document);
            var name = "";
            while (copied < MaximumRead && xml.Offset < MaximumRead && xml.Read())
            {
                if (xml.Event != XmlEvent.Start) continue;
                if (xml.Is("Name"u8)) name = xml.ReadToken();
                else if (xml.Is("Password"u8) || (xml.Is("URL"u8) && IsLink(document, ref xml)) || (xml.Is("Value"u8) && IsSecret(name))) MaskContent(document, ref xml, text, ref copied);
            }
            // What was not looked at is not shown.
            text.Append(Encoding.UTF8.GetString(document[copied..Math.Max(copied, xml.Offset < MaximumRead ? document.Length : xml.Offset)]));
        }
        catch (CwmpDecodeException e)
        {
            text.Append("… (").Append(e.Message).Append(')');
        }
        return text.Length <= TraceEntry.MaximumBody ? text.ToString() : text.ToString(0, TraceEntry.MaximumBody);
    }

    // A link of the file server is as good as a password while it holds.
    private static bool IsLink(ReadOnlySpan<byte> document, ref XmlScanner xml)
    {
        var rest = document[xml.Offset..];
        var content = rest[(rest.IndexOf((byte)'>') + 1)..];
        var end = content.IndexOf((byte)'<');
        return end > 0 && content[..end].IndexOf("/files/"u8) >= 0;
    }

    // From behind the start tag to before the end tag; an empty element has nothing to hide.
    private static void MaskContent(ReadOnlySpan<byte> document, ref XmlScanner xml, StringBuilder text, ref int copied)
    {
        var depth = xml.Depth;
        var (start, end) = (-1, -1);
        while (xml.Depth >= depth && xml.Read())
        {
            if (start < 0) start = xml.Offset;
            end = xml.Offset;
        }
        if (end <= start) return;
        text.Append(Encoding.UTF8.GetString(document[copied..start])).Append(Mask);
        copied = end;
    }
}
