using System.Globalization;
using System.Text;
using DeviceConsole.Core.Polling;

namespace DeviceConsole.Web.Components.Polling;

/// <summary>Lines of a graph, in the units of its drawing: 600 wide, 160 high, the origin at the top left.</summary>
public sealed class ChartLines
{
    /// <summary>The drawing's width.</summary>
    public const int Width = 600;

    /// <summary>Its height.</summary>
    public const int Height = 160;

    private const int MostHits = 120;

    /// <summary>What is drawn.</summary>
    public string Title { get; private init; } = "";

    /// <summary>In which unit.</summary>
    public string Unit { get; private init; } = "";

    /// <summary>The line's name, its path, its newest value and the unit of that.</summary>
    public IReadOnlyList<(string Name, string Path, string Last, string Unit)> Lines { get; private init; } = [];

    /// <summary>Where a grid line stands and what is written beside it.</summary>
    public IReadOnlyList<(double Y, string Text)> Ticks { get; private init; } = [];

    /// <summary>Strips to point at: where, how wide, when, and the values there.</summary>
    public IReadOnlyList<(double X, double Width, DateTimeOffset At, string Values)> Hits { get; private init; } = [];

    /// <summary>The range.</summary>
    public DateTimeOffset From { get; private init; }

    /// <summary>Its end.</summary>
    public DateTimeOffset To { get; private init; }

    /// <summary>The moments at its beginning and after each quarter; where what is drawn is short, minutes do not tell them apart.</summary>
    public IEnumerable<DateTimeOffset> Quarters => Enumerable.Range(0, 4).Select(i => From + ((To - From) * i / 4));

    /// <summary>True where moments need their seconds.</summary>
    public bool IsShort => To - From < TimeSpan.FromMinutes(15);

    /// <summary>Draws series; each breaks where nothing was measured.</summary>
    public static ChartLines Of(string title, string unit, IReadOnlyList<SeriesPoints> series, DateTimeOffset from, DateTimeOffset to)
    {
        var all = series.SelectMany(s => s.Points).ToList();
        var top = Nice(all.Count == 0 ? 1 : Math.Max(all.Max(p => p.Average), 0));
        var bottom = all.Count == 0 || all.Min(p => p.Average) >= 0 ? 0 : -Nice(-all.Min(p => p.Average));
        var span = (to - from).TotalSeconds;
        return new ChartLines
        {
            Title = title, Unit = unit, From = from, To = to,
            Lines = [.. series.Select(s => (s.Series.Label.Length == 0 ? title : s.Series.Label, Path(s.Points), s.Points.Count == 0 ? "–" : Short(s.Points[^1].Average), s.Series.Unit))],
            Ticks = [.. Enumerable.Range(0, 5).Select(i => (Height * i / 4.0, Short(top - ((top - bottom) * i / 4))))],
            Hits = Strips(series, from, span),
        };

        string Path(IReadOnlyList<SeriesPoint> points)
        {
            var text = new StringBuilder();
            var gap = points.Count < 2 ? double.MaxValue : 3.5 * Enumerable.Range(1, points.Count - 1).Select(i => (points[i].At - points[i - 1].At).TotalSeconds).Order().ElementAt((points.Count - 1) / 2);
            for (var i = 0; i < points.Count; i++)
            {
                var begins = i == 0 || (points[i].At - points[i - 1].At).TotalSeconds > gap;
                text.Append(begins ? 'M' : 'L').Append(Number((points[i].At - from).TotalSeconds / span * Width)).Append(' ').Append(Number(Height - ((points[i].Average - bottom) / (top - bottom) * Height)));
                // A point by itself would not be seen.
                if (begins && (i == points.Count - 1 || (points[i + 1].At - points[i].At).TotalSeconds > gap)) text.Append("h0.01");
            }
            return text.ToString();
        }
    }

    /// <summary>A number with at most three figures and a prefix: 1.5 M, 12 k, 0.02.</summary>
    public static string Short(double value)
    {
        var size = Math.Abs(value);
        var (divisor, prefix) = size switch { >= 1e12 => (1e12, " T"), >= 1e9 => (1e9, " G"), >= 1e6 => (1e6, " M"), >= 1e3 => (1e3, " k"), _ => (1.0, "") };
        var scaled = value / divisor;
        return scaled.ToString(Math.Abs(scaled) switch { >= 100 => "0", >= 10 => "0.#", >= 1 or 0 => "0.##", _ => "0.####" }, CultureInfo.InvariantCulture) + prefix;
    }

    /// <summary>A number for the drawing.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static List<(double, double, DateTimeOffset, string)> Strips(IReadOnlyList<SeriesPoints> series, DateTimeOffset from, double span)
    {
        var times = series.SelectMany(s => s.Points.Select(p => p.At)).Distinct().Order().ToList();
        if (times.Count == 0) return [];
        var every = Math.Max(1, (times.Count + MostHits - 1) / MostHits);
        var chosen = times.Where((_, i) => i % every == 0).ToList();
        var width = Math.Max(2.0, Width / (double)Math.Max(chosen.Count, 12));
        var values = series.Select(s => s.Points.ToDictionary(p => p.At)).ToList();
        return [.. chosen.Select(at => (Math.Clamp(((at - from).TotalSeconds / span * Width) - (width / 2), 0, Width), width, at,
            string.Join("\n", series.Select((s, i) => values[i].TryGetValue(at, out var p) ? $"{(s.Series.Label.Length == 0 ? s.Series.Object : s.Series.Label)}: {Short(p.Average)} {s.Series.Unit}" + (p.Maximum > p.Minimum ? $" ({Short(p.Minimum)} to {Short(p.Maximum)})" : "") : null).OfType<string>())))];
    }

    // 1, 2, 2.5 or 5 times a power of ten, at or above the value.
    private static double Nice(double value)
    {
        if (value <= 0 || !double.IsFinite(value)) return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        foreach (var step in (double[])[1, 2, 2.5, 5, 10])
            if (value <= step * power * 1.0000001) return step * power;
        return 10 * power;
    }
}
