using System.Globalization;
using System.Text;
using System.Text.Json;
using DeviceConsole.Simulator.Gateway;

namespace DeviceConsole.Simulator.Cwmp.BulkData;

/// <summary>What a CPE collected at one moment, by the names of its report.</summary>
internal sealed record CpeBulkReport(DateTimeOffset At, IReadOnlyList<(string Name, GatewayParameter Parameter)> Values)
{
    /// <summary>Collects what a profile asks for, wildcards and objects resolved, alternative names with their instances (TR-369 A.4).</summary>
    public static CpeBulkReport Collect(HomeGateway gateway, IEnumerable<(string Name, string Reference)> parameters, DateTimeOffset now)
    {
        var values = new List<(string, GatewayParameter)>();
        foreach (var (name, reference) in parameters)
        {
            foreach (var (path, instances) in Expand(gateway, reference))
            {
                var found = path.EndsWith('.') ? gateway.Read(path) : gateway.Find(path) is { } one ? [one] : [];
                foreach (var parameter in found)
                {
                    var behind = string.Concat(instances.Select(i => "." + i)) + (path.EndsWith('.') ? "." + parameter.Path[path.Length..] : "");
                    values.Add((name.Length == 0 ? parameter.Path : name + behind, parameter));
                }
            }
        }
        return new CpeBulkReport(now, values);
    }

    private static IEnumerable<(string Path, string[] Instances)> Expand(HomeGateway gateway, string reference)
    {
        var star = reference.IndexOf('*', StringComparison.Ordinal);
        if (star < 0) return [(reference, [])];
        var table = reference[..star];
        return gateway.List(table, true).Where(n => n.IsObject).Select(n => n.Path[table.Length..].TrimEnd('.'))
            .SelectMany(i => Expand(gateway, table + i + reference[(star + 1)..]).Select(e => (e.Path, (string[])[i, .. e.Instances])));
    }
}

/// <summary>Reports as bytes (TR-369 A.5).</summary>
internal static class CpeBulkEncoder
{
    private static readonly string[] Timestamp = ["ReportTimestamp"];

    /// <summary>JSON, in objects or pairs; times as seconds or ISO 8601.</summary>
    public static byte[] Json(IEnumerable<CpeBulkReport> reports, bool inPairs, string timestamp)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("Report");
            foreach (var report in reports)
            {
                writer.WriteStartObject();
                if (timestamp == "Unix-Epoch") writer.WriteNumber("CollectionTime", report.At.ToUnixTimeSeconds());
                else if (timestamp != "None") writer.WriteString("CollectionTime", Iso(report.At));
                Write(writer, report, inPairs);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    /// <summary>CSV, a row or a column a parameter.</summary>
    public static byte[] Csv(IReadOnlyList<CpeBulkReport> reports, bool inColumns, string timestamp, char separator)
    {
        var text = new StringBuilder();
        if (!inColumns)
        {
            Row([.. timestamp == "None" ? [] : Timestamp, "ParameterName", "ParameterValue", "ParameterType"]);
            foreach (var report in reports)
                foreach (var (name, parameter) in report.Values) Row([.. Time(report), name, parameter.Reported, parameter.Type]);
            return Encoding.UTF8.GetBytes(text.ToString());
        }
        var names = reports.SelectMany(r => r.Values.Select(v => v.Name)).Distinct().ToList();
        Row([.. timestamp == "None" ? [] : Timestamp, .. names]);
        foreach (var report in reports)
        {
            var values = report.Values.DistinctBy(v => v.Name).ToDictionary(v => v.Name, v => v.Parameter.Reported);
            Row([.. Time(report), .. names.Select(n => values.GetValueOrDefault(n) ?? "")]);
        }
        return Encoding.UTF8.GetBytes(text.ToString());

        IEnumerable<string> Time(CpeBulkReport report) => timestamp switch { "None" => [], "Unix-Epoch" => [report.At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)], _ => [Iso(report.At)] };

        void Row(IReadOnlyList<string> fields) => text.AppendJoin(separator, fields.Select(f => f.Contains(separator) || f.AsSpan().IndexOfAny('"', '\r', '\n') >= 0 ? $"\"{f.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : f)).Append("\r\n");
    }

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter writer, CpeBulkReport report, bool inPairs)
    {
        if (inPairs)
        {
            foreach (var (name, parameter) in report.Values.DistinctBy(v => v.Name)) Value(writer, name, parameter);
            return;
        }
        Level(writer, [.. report.Values.DistinctBy(v => v.Name).Select(v => (v.Name.Split('.'), v.Parameter))], 0);
    }

    private static void Level(Utf8JsonWriter writer, List<(string[] Parts, GatewayParameter Parameter)> values, int depth)
    {
        foreach (var group in values.GroupBy(v => v.Parts[depth]))
        {
            var deeper = group.Where(v => v.Parts.Length > depth + 1).ToList();
            if (deeper.Count == 0)
            {
                Value(writer, group.Key, group.First().Parameter);
                continue;
            }
            writer.WriteStartObject(group.Key);
            Level(writer, deeper, depth + 1);
            writer.WriteEndObject();
        }
    }

    private static void Value(Utf8JsonWriter writer, string name, GatewayParameter parameter)
    {
        if (parameter.Type == "boolean") writer.WriteBoolean(name, parameter.Value == "true");
        else if (parameter.Type is "int" or "unsignedInt" or "long" or "unsignedLong" && parameter.Reported.Length > 0) writer.WritePropertyName(name);
        else writer.WriteString(name, parameter.Reported);
        if (parameter.Type is "int" or "unsignedInt" or "long" or "unsignedLong" && parameter.Reported.Length > 0) writer.WriteRawValue(parameter.Reported);
    }
}
