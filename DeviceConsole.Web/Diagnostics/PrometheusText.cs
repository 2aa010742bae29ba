using System.Globalization;
using System.Text;

namespace DeviceConsole.Web.Diagnostics;

/// <summary>The Prometheus text exposition format, version 0.0.4.</summary>
public static class PrometheusText
{
    /// <summary>The media type.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    // Ours stand under our name; those that every process has under the names that dashboards know.
    private static readonly string[] OwnNames = ["deviceconsole_", "process_", "dotnet_"];

    /// <summary>The name of a metric: dots become underscores, the unit and, for a counter, _total stand at the end.</summary>
    public static string NameOf(string meter, string name, string? unit, MetricKind kind)
    {
        var text = Clean(name);
        if (meter == Core.Jobs.JobMetrics.MeterName && !OwnNames.Any(n => text.StartsWith(n, StringComparison.Ordinal))) text = OwnNames[0] + text;
        // _count belongs to histograms.
        if (kind != MetricKind.Histogram && text.EndsWith("_count", StringComparison.Ordinal)) text = text[..^"_count".Length] + "s";
        var suffix = unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" };
        if (!text.EndsWith(suffix, StringComparison.Ordinal)) text += suffix;
        return kind == MetricKind.Counter && !text.EndsWith("_total", StringComparison.Ordinal) ? text + "_total" : text;
    }

    /// <summary>One label, escaped.</summary>
    public static string Label(string name, string value) =>
        $"{Clean(name)}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    /// <summary>All metrics that have a value.</summary>
    internal static string Write(MetricStore store)
    {
        var text = new StringBuilder();
        foreach (var metrics in store.All().GroupBy(m => m.Name))
        {
            // Two instruments of one name (a pool twice) are one family.
            var series = metrics.SelectMany(m => m.Series).ToList();
            if (series.Count == 0) continue;
            var first = metrics.First();
            text.Append("# HELP ").Append(first.Name).Append(' ').Append(first.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            text.Append("# TYPE ").Append(first.Name).Append(' ').Append(first.Kind switch { MetricKind.Counter => "counter", MetricKind.Gauge => "gauge", _ => "histogram" }).Append('\n');
            foreach (var one in series.DistinctBy(s => s.Labels)) Append(text, first.Name, first.Kind, one);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, MetricKind kind, MetricSeries series)
    {
        var (value, count, buckets) = series.Read();
        if (kind != MetricKind.Histogram)
        {
            Line(text, name, series.Labels, value);
            return;
        }
        var more = series.Labels.Length == 0 ? "" : series.Labels + ",";
        for (var i = 0; i < MetricSeries.Bounds.Length; i++)
            Line(text, name + "_bucket", $"{more}le=\"{MetricSeries.Bounds[i].ToString(CultureInfo.InvariantCulture)}\"", buckets[i]);
        Line(text, name + "_bucket", $"{more}le=\"+Inf\"", count);
        Line(text, name + "_sum", series.Labels, value);
        Line(text, name + "_count", series.Labels, count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value switch
        {
            double.PositiveInfinity => "+Inf",
            double.NegativeInfinity => "-Inf",
            _ => value.ToString("R", CultureInfo.InvariantCulture),
        }).Append('\n');
    }

    private static string Clean(string name) => string.Create(name.Length, name, (span, source) =>
    {
        for (var i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetterOrDigit(source[i]) ? char.ToLowerInvariant(source[i]) : '_';
    });
}
