using System.Globalization;
using System.Text.Json;

namespace DeviceConsole.Benchmarks;

/// <summary>Prints figures as they come and appends them to the JSON file.</summary>
internal sealed class BenchReport(TextWriter console, string? jsonFile)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>True while every target that was set has been met.</summary>
    public bool AllMet { get; private set; } = true;

    /// <summary>Something about the run that is no figure.</summary>
    public void Note(string text) => console.WriteLine(text);

    /// <summary>A figure against a baseline of the same run; the target is a ratio, 1 for "not worse".</summary>
    public void Compare(string scenario, string metric, string unit, Better better, double value, string baselineName, double baseline, double? targetRatio)
    {
        var ratio = better == Better.Higher ? value / baseline : baseline / value;
        var target = targetRatio is { } t ? string.Create(CultureInfo.InvariantCulture, $"ratio >= {t:0.##}") : null;
        Add(new Measurement(scenario, metric, unit, value, baselineName, baseline, ratio, target, targetRatio is null ? null : ratio >= targetRatio));
    }

    /// <summary>A figure with an absolute target.</summary>
    public void Absolute(string scenario, string metric, string unit, Better better, double value, double? limit)
    {
        var target = limit is { } l ? string.Create(CultureInfo.InvariantCulture, $"{(better == Better.Higher ? ">=" : "<=")} {l:#,0.##} {unit}") : null;
        bool? met = limit is null ? null : better == Better.Higher ? value >= limit : value <= limit;
        Add(new Measurement(scenario, metric, unit, value, null, null, null, target, met));
    }

    private void Add(Measurement m)
    {
        if (m.Met == false) AllMet = false;
        var text = string.Create(CultureInfo.InvariantCulture, $"  {m.Metric,-34} {m.Value,14:#,0.##} {m.Unit,-8}");
        if (m.Baseline is { } baseline)
            text += string.Create(CultureInfo.InvariantCulture, $" | {m.BaselineName} {baseline:#,0.##} | ratio {m.Ratio:0.00}");
        if (m.Target is not null) text += $" | target {m.Target}: {(m.Met == true ? "met" : "NOT MET")}";
        console.WriteLine(text);
        if (jsonFile is not null) File.AppendAllText(jsonFile, JsonSerializer.Serialize(m, Json) + "\n");
    }
}
