using System.Globalization;
using System.Text.Json;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Polling;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.BulkData;

/// <summary>What the next rates are made from; kept with the profile, so that any node can go on.</summary>
internal sealed record BulkState
{
    public DateTimeOffset At { get; init; }

    // Series → the counter as it was reported.
    public Dictionary<int, string> Raw { get; init; } = [];

    public static BulkState? Read(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<BulkState>(json);
        }
        catch (JsonException)
        {
            // Written by another version: rates begin anew.
            return null;
        }
    }

    public string Write() => JsonSerializer.Serialize(this);
}

/// <summary>A parameter of a device that is graphed.</summary>
internal sealed record BulkSeries(int Id, string Path, string Object, string Label, string Unit);

/// <summary>Samples of one moment.</summary>
internal sealed record BulkSamples(DateTimeOffset At, List<(int Series, double Value)> Values);

/// <summary>What a delivery comes to.</summary>
internal sealed record BulkResult(BulkState? State, List<ParameterValue> Values, List<BulkSamples> Samples, List<BulkSeries> NewSeries)
{
    /// <summary>How many of the moments were not known yet.</summary>
    public int Fresh { get; set; }

    /// <summary>How many series there was no room for.</summary>
    public int NotGraphed { get; set; }
}

/// <summary>Makes values and samples of a delivery. Pure: the same delivery and state always come to the same.</summary>
internal static class BulkMath
{
    public const int MaximumSeries = 2_000;

    // Partitions reach that far back.
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(7);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    public static BulkResult Apply(IReadOnlyList<BulkParameter> parameters, IReadOnlyList<BulkMoment> moments, BulkState? before, IReadOnlyList<BulkSeries> known, TimeSpan interval, DateTimeOffset now)
    {
        var names = new BulkNames(parameters);
        var values = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        var series = new SeriesBook(known);
        var state = before;
        var result = new BulkResult(null, [], [], series.New);
        foreach (var (at, moment) in moments.Select((m, i) => (At: When(m.At, now, interval * (moments.Count - 1 - i)), m)).OrderBy(m => m.At))
        {
            // Told again after an answer that got lost.
            if (state is not null && at <= state.At) continue;
            result.Fresh++;
            var next = new BulkState { At = at };
            var samples = new BulkSamples(at, []);
            foreach (var value in moment.Values)
            {
                var (path, graph) = names.Resolve(value.Path);
                values[path] = value with { Path = path };
                Sample(path, graph, value.Value, state, next, series, samples, result);
            }
            if (samples.Values.Count > 0) result.Samples.Add(samples);
            state = next;
        }
        result.Values.AddRange(values.Values);
        return result with { State = state };
    }

    // A clock that was never set, or is ahead, says nothing: then it was now, and those before it an interval earlier each.
    private static DateTimeOffset When(DateTimeOffset? at, DateTimeOffset now, TimeSpan earlier) => at is { } told && told > now - Oldest && told < now + Ahead ? told : now - earlier;

    private static void Sample(string path, string graph, string? text, BulkState? before, BulkState next, SeriesBook series, BulkSamples samples, BulkResult result)
    {
        if (graph == BulkGraphs.None || text is null) return;
        var isRate = graph == BulkGraphs.Rate || graph == BulkGraphs.Automatic && path.Contains(".Stats.", StringComparison.Ordinal) && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)) return;
        var (unit, scale) = isRate ? UnitOf(path) : ("", 1);
        if (series.Find(path, unit) is not { } id)
        {
            result.NotGraphed++;
            return;
        }
        if (!isRate)
        {
            samples.Values.Add((id, number));
            return;
        }
        next.Raw[id] = text;
        // 64 bits: less than before means that it began anew, and a rate over that moment is none.
        if (before is not null && before.Raw.TryGetValue(id, out var first) && CounterRate.Of("Counter64", first, text, next.At - before.At) is { } rate) samples.Values.Add((id, rate * scale));
    }

    private static (string Unit, double Scale) UnitOf(string path)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        if (name.StartsWith("Bytes", StringComparison.Ordinal)) return ("bit/s", 8);
        if (name.Contains("Packet", StringComparison.Ordinal) || name.Contains("Pkt", StringComparison.Ordinal)) return ("packets/s", 1);
        return name.Contains("Error", StringComparison.Ordinal) ? ("errors/s", 1) : ("/s", 1);
    }

    // What is graphed already, and what is new.
    private sealed class SeriesBook(IReadOnlyList<BulkSeries> known)
    {
        private readonly Dictionary<string, int> ids = known.ToDictionary(s => s.Path, s => s.Id, StringComparer.Ordinal);
        private int next = known.Count == 0 ? 1 : known.Max(s => s.Id) + 1;

        public List<BulkSeries> New { get; } = [];

        public int? Find(string path, string unit)
        {
            if (ids.TryGetValue(path, out var id)) return id;
            if (ids.Count >= MaximumSeries) return null;
            var (name, label) = BulkNames.Split(path);
            New.Add(new BulkSeries(next, path, name, label, unit));
            return ids[path] = next++;
        }
    }
}
