using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace DeviceConsole.Web.Diagnostics;

/// <summary>
/// Keeps the newest values of the instruments that /metrics shows. Only labels of a short list are kept, so that no address,
/// name or tenant becomes one; an instrument has at most 500 series, the rest goes into one with the label overflow.
/// </summary>
public sealed class MetricStore : IDisposable
{
    private const int MostSeries = 500;
    internal static readonly string[] Meters = [Core.Jobs.JobMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql"];
    private static readonly HashSet<string> KeptLabels =
        ["protocol", "state", "severity", "certificate", "acknowledged", "http.request.method", "http.response.status_code", "http.route", "pool.name", "db.client.connection.pool.name", "db.client.connections.pool.name", "db.client.connection.state", "version", "revision", "part"];

    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<Instrument, Metric> metrics = new();

    /// <summary>Starts to listen.</summary>
    public MetricStore()
    {
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (!Meters.Contains(instrument.Meter.Name)) return;
            metrics.TryAdd(instrument, new Metric(instrument));
            l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((i, v, t, _) => Take(i, v, t));
        listener.SetMeasurementEventCallback<int>((i, v, t, _) => Take(i, v, t));
        listener.SetMeasurementEventCallback<double>((i, v, t, _) => Take(i, v, t));
        listener.Start();
    }

    /// <summary>Asks what is only observed.</summary>
    public void Observe() => listener.RecordObservableInstruments();

    /// <inheritdoc />
    public void Dispose() => listener.Dispose();

    /// <summary>Every metric by its name.</summary>
    internal IEnumerable<Metric> All() => metrics.Values.OrderBy(m => m.Name, StringComparer.Ordinal);

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (metrics.TryGetValue(instrument, out var metric)) metric.Take(value, tags);
    }

    /// <summary>One instrument.</summary>
    internal sealed class Metric
    {
        private readonly ConcurrentDictionary<string, MetricSeries> series = new();
        private readonly bool observed;

        public Metric(Instrument instrument)
        {
            var type = instrument.GetType().Name;
            Kind = type.StartsWith("Histogram", StringComparison.Ordinal) ? MetricKind.Histogram
                : type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal) ? MetricKind.Counter : MetricKind.Gauge;
            observed = instrument.IsObservable || type.StartsWith("Gauge", StringComparison.Ordinal);
            Name = PrometheusText.NameOf(instrument.Meter.Name, instrument.Name, instrument.Unit, Kind);
            Help = string.IsNullOrWhiteSpace(instrument.Description) ? $"{instrument.Name} of {instrument.Meter.Name}." : instrument.Description;
        }

        public string Name { get; }

        public string Help { get; }

        public MetricKind Kind { get; }

        public IEnumerable<MetricSeries> Series => series.Values.OrderBy(s => s.Labels, StringComparer.Ordinal);

        public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = LabelsOf(tags);
            if (series.Count >= MostSeries && !series.ContainsKey(labels)) labels = "overflow=\"true\"";
            var one = series.GetOrAdd(labels, l => new MetricSeries(Kind, l));
            if (observed) one.Set(value);
            else one.Add(value);
        }

        private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.IsEmpty) return "";
            var text = new StringBuilder();
            foreach (var (name, value) in tags)
            {
                if (!KeptLabels.Contains(name)) continue;
                if (text.Length > 0) text.Append(',');
                text.Append(PrometheusText.Label(name, Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
            }
            return text.ToString();
        }
    }
}
