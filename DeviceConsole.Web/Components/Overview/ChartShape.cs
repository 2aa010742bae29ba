using DeviceConsole.Core.Jobs;

namespace DeviceConsole.Web.Components.Overview;

/// <summary>A part of a bar: its colour's name, upper edge and height.</summary>
public sealed record BarPart(string Name, double Y, double Height);

/// <summary>One bar, with the interval it stands for.</summary>
public sealed record Bar(JobBucket Bucket, int X, IReadOnlyList<BarPart> Parts);

/// <summary>Stacked bars laid out in the chart's own units; the page stretches them to its width.</summary>
/// <param name="Bars">Oldest first.</param>
/// <param name="Width">Of all bars.</param>
/// <param name="Maximum">What the upper edge stands for: a round number not below the highest bar, at least 4.</param>
public sealed record ChartShape(IReadOnlyList<Bar> Bars, int Width, int Maximum)
{
    /// <summary>Width of one bar with its gap.</summary>
    public const int Step = 10;

    /// <summary>Height of the chart.</summary>
    public const int Height = 100;

    /// <summary>Lays out a history.</summary>
    public static ChartShape Of(IReadOnlyList<JobBucket> history)
    {
        var maximum = Round(history.Count == 0 ? 0 : history.Max(b => b.Completed + b.Failed + b.Cancelled + b.Expired));
        return new([.. history.Select((b, i) => new Bar(b, i * Step, Stack(b, maximum)))], Math.Max(1, history.Count) * Step, maximum);
    }

    // Failures stand at the bottom, where they are seen first.
    private static List<BarPart> Stack(JobBucket bucket, int maximum)
    {
        var parts = new List<BarPart>();
        double top = Height;
        foreach (var (name, count) in new[] { ("failed", bucket.Failed), ("expired", bucket.Expired), ("cancelled", bucket.Cancelled), ("completed", bucket.Completed) })
        {
            if (count == 0) continue;
            // One job among thousands is still seen.
            var height = Math.Max(1.5, (double)count / maximum * Height);
            top = Math.Max(0, top - height);
            parts.Add(new(name, top, height));
        }
        return parts;
    }

    private static int Round(int value)
    {
        for (long unit = 1; ; unit *= 10)
            foreach (var step in (ReadOnlySpan<long>)[4, 6, 8, 10, 20])
                if (step * unit >= value) return (int)Math.Min(int.MaxValue, step * unit);
    }
}
