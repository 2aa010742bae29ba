using System.Text;
using System.Text.Json;

namespace DeviceConsole.Protocols.Cwmp.BulkData.Wire;

/// <summary>
/// Reports in JSON (TR-069 Amendment 6 Annex N; TR-369 A.5.3). Both forms are read alike: the names of nested objects are joined by dots
/// (ObjectHierarchy), a name with dots in it stands for itself (NameValuePair).
/// </summary>
public static class BulkJson
{
    private const int MaximumDepth = 64;

    /// <summary>Reads a body. <see cref="BulkDecodeException"/> where it is no report at all, or too large.</summary>
    public static BulkReportBody Read(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("\ufeff"u8)) body = body[3..];
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaximumDepth, CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = true });
        var collector = new BulkCollector();
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new BulkDecodeException("The report is no JSON object.");
            var found = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isReport = reader.ValueTextEquals("Report"u8);
                reader.Read();
                if (isReport) Reports(ref reader, collector);
                else reader.Skip();
                found |= isReport;
            }
            if (!found) throw new BulkDecodeException("The report has no \"Report\" in it.");
            // To the end, so that what is cut off is not taken for whole.
            while (reader.Read())
            {
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new BulkDecodeException("The report is no JSON that can be read: " + e.Message);
        }
        return collector.Finish();
    }

    private static void Reports(ref Utf8JsonReader reader, BulkCollector collector)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            Report(ref reader, collector);
            return;
        }
        if (reader.TokenType != JsonTokenType.StartArray) throw new BulkDecodeException("\"Report\" is no list of reports.");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                Report(ref reader, collector);
                continue;
            }
            collector.Skip(() => "One of the reports is no object.");
            reader.Skip();
        }
    }

    private static void Report(ref Utf8JsonReader reader, BulkCollector collector)
    {
        collector.At(null, true);
        var path = new StringBuilder();
        var ends = new Stack<int>();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                if (!ends.TryPop(out var end)) return;
                path.Length = end;
                continue;
            }
            var start = path.Length;
            var name = reader.GetString()!;
            reader.Read();
            if (start == 0 && name == "CollectionTime" && reader.TokenType is JsonTokenType.Number or JsonTokenType.String)
            {
                Date(ref reader, collector);
                continue;
            }
            // A name beyond any limit is not joined to others, or nested ones would grow without end.
            if (path.Length + name.Length <= 2 * BulkLimits.Name) path.Append(start == 0 ? "" : ".").Append(name);
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ends.Push(start);
                continue;
            }
            Leaf(ref reader, path.ToString(), collector);
            path.Length = start;
        }
    }

    private static void Leaf(ref Utf8JsonReader reader, string name, BulkCollector collector)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                collector.Add(name, reader.GetString()!, "string", () => name);
                break;
            case JsonTokenType.Number:
                var number = Encoding.ASCII.GetString(reader.ValueSpan);
                collector.Add(name, number, number.AsSpan().IndexOfAny('.', 'e', 'E') >= 0 ? "decimal" : number[0] == '-' ? "long" : "unsignedLong", () => name);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                collector.Add(name, reader.TokenType == JsonTokenType.True ? "true" : "false", "boolean", () => name);
                break;
            case JsonTokenType.Null:
                // No value: nothing is known of it.
                break;
            default:
                reader.Skip();
                collector.Skip(() => $"{(name.Length <= 100 ? name : name[..100])} is a list, which no parameter is.");
                break;
        }
    }

    private static void Date(ref Utf8JsonReader reader, BulkCollector collector)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.ASCII.GetString(reader.ValueSpan);
        if (BulkTime.TryRead(text, out var at)) collector.Date(at);
        else collector.Skip(() => $"CollectionTime is \"{(text.Length <= 40 ? text : text[..40])}\", which is no time.");
    }
}
