using System.Globalization;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Core.Polling;

/// <summary>What was read of one device at one moment.</summary>
internal sealed record PollReading(DateTimeOffset At, IReadOnlyDictionary<string, ParameterValue> Values);

/// <summary>What a reading comes to: samples, series that are new, alarms that begin and end.</summary>
internal sealed record PollResult(PollState State, List<(int Series, double Value)> Samples, List<PollSeries> NewSeries, List<AlarmSignal> Raised, List<(Guid Device, string Key)> Cleared);

/// <summary>Makes samples of readings. Pure: the same reading and state always come to the same.</summary>
internal static class PollMath
{
    public const int MaximumSeries = 2_000;
    public const string Uptime = "1.3.6.1.2.1.1.3.0";

    public static PollResult Apply(Guid device, Guid profile, PollProfileInput input, PollReading reading, PollState? before, IReadOnlyList<PollSeries> known)
    {
        var uptime = Number(reading.Values.GetValueOrDefault(Uptime));
        var elapsed = before is null ? TimeSpan.Zero : reading.At - before.At;
        var restarted = before is not null && CounterRate.Restarted(before.Uptime, uptime, elapsed);
        var result = new PollResult(new PollState { At = reading.At, Uptime = uptime }, [], [], [], []);
        var series = known.ToDictionary(s => s.Oid, StringComparer.Ordinal);
        var next = known.Count == 0 ? 1 : known.Max(s => s.Id) + 1;
        foreach (var item in input.Objects)
        {
            foreach (var value in Instances(item, reading))
            {
                if (!series.TryGetValue(value.Path, out var one))
                {
                    if (series.Count >= MaximumSeries) continue;
                    one = series[value.Path] = new PollSeries(profile, next++, value.Path, item.Name, LabelOf(item, value.Path, reading), item.Unit);
                    result.NewSeries.Add(one);
                }
                if (Value(item, value, one, before, restarted, elapsed, reading, result.State) is not { } number || !double.IsFinite(number)) continue;
                result.Samples.Add((one.Id, number));
                Check(device, input, item, one, number, before, result);
            }
        }
        return result;
    }

    private static IEnumerable<ParameterValue> Instances(PollObject item, PollReading reading) => item.Column
        ? reading.Values.Values.Where(v => v.Path.Length > item.Oid.Length && v.Path[item.Oid.Length] == '.' && v.Path.StartsWith(item.Oid, StringComparison.Ordinal))
        : reading.Values.TryGetValue(item.Oid, out var only) ? [only] : [];

    private static string LabelOf(PollObject item, string path, PollReading reading)
    {
        var index = item.Column ? path[(item.Oid.Length + 1)..] : "";
        var label = item.Label is { } column && reading.Values.TryGetValue($"{column}.{index}", out var named) && !string.IsNullOrWhiteSpace(named.Value) ? named.Value : index;
        return label.Length <= 200 ? label : label[..200];
    }

    private static double? Value(PollObject item, ParameterValue value, PollSeries series, PollState? before, bool restarted, TimeSpan elapsed, PollReading reading, PollState state)
    {
        if (!CounterRate.IsCounter(value.Type)) return Number(value) * item.Scale;
        var isNew = false;
        if (item is { Discontinuity: { } column, Column: true } && reading.Values.TryGetValue($"{column}{value.Path[item.Oid.Length..]}", out var mark) && mark.Value is { } moment)
        {
            state.Marks[mark.Path] = moment;
            isNew = before?.Marks.TryGetValue(mark.Path, out var old) == true && old != moment;
        }
        if (value.Value is not { } raw) return null;
        state.Raw[series.Id] = raw;
        if (before is null || restarted || isNew || !before.Raw.TryGetValue(series.Id, out var first)) return null;
        return CounterRate.Of(value.Type, first, raw, elapsed) * item.Scale;
    }

    private static void Check(Guid device, PollProfileInput input, PollObject item, PollSeries series, double value, PollState? before, PollResult result)
    {
        for (var i = 0; i < input.Thresholds.Count; i++)
        {
            var bound = input.Thresholds[i];
            if (bound.Object != item.Name) continue;
            var place = string.Create(CultureInfo.InvariantCulture, $"{i}:{series.Id}");
            var count = before?.Beyond.GetValueOrDefault(place) ?? 0;
            var wrong = bound.Above ? value > bound.Raise : value < bound.Raise;
            var right = bound.Above ? value <= bound.Clear : value >= bound.Clear;
            var key = $"threshold.{item.Name}.{(bound.Above ? "high" : "low")}{(series.Label.Length == 0 ? "" : "." + series.Label)}";
            if (count < 0)
            {
                if (right) result.Cleared.Add((device, key));
                else result.State.Beyond[place] = -1;
                continue;
            }
            if (!wrong) continue;
            if (++count < bound.Samples)
            {
                result.State.Beyond[place] = count;
                continue;
            }
            result.State.Beyond[place] = -1;
            result.Raised.Add(new AlarmSignal(device, key, "polling", bound.Severity, string.Create(CultureInfo.InvariantCulture,
                $"{item.Name}{(series.Label.Length == 0 ? "" : $" of {series.Label}")} is {value:0.###} {series.Unit}, {(bound.Above ? "more" : "less")} than {bound.Raise:0.###}, for {bound.Samples} {(bound.Samples == 1 ? "reading" : "readings")}")));
        }
    }

    private static double? Number(ParameterValue? value) =>
        value?.Value is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
