using System.Globalization;
using DeviceConsole.Core;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Polling;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Polling;
using Microsoft.AspNetCore.Components;
using ParameterValue = DeviceConsole.Core.Parameters.ParameterValue;

namespace DeviceConsole.Web.Components.Library.Mibs;

/// <summary>Numbers of a device drawn while somebody watches: counters as rates, the others as they are. Nothing is stored.</summary>
public sealed partial class MibLiveGraph
{
    private const int MostPoints = 240;
    private static readonly int[] Intervals = [1, 2, 5, 10, 30, 60];

    private readonly List<Line> series = [];
    private CancellationTokenSource? reading;
    private IReadOnlyList<string> shown = [];
    private ObjectReading? before;
    private ChartLines? shape;
    private Problem? problem;
    private int seconds = 2;

    /// <summary>The device.</summary>
    [Parameter, EditorRequired] public Guid Device { get; set; }

    /// <summary>All names.</summary>
    [Parameter, EditorRequired] public MibTree Tree { get; set; } = default!;

    /// <summary>The instances to begin with, <see cref="ObjectReader.MaximumObjects"/> at most.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<string> Oids { get; set; } = [];

    /// <summary>Raised to take the graph away.</summary>
    [Parameter] public EventCallback OnClose { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private ObjectReader Reader { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;

    private bool IsPaused => reading is null;

    /// <inheritdoc />
    public void Dispose() => Stop();

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        if (ReferenceEquals(shown, Oids)) return;
        shown = Oids;
        series.Clear();
        series.AddRange(Oids.Take(ObjectReader.MaximumObjects - 1).Select(o => new Line(o, LabelOf(o))));
        (before, shape, problem) = (null, null, null);
        Restart();
    }

    private string LabelOf(string oid)
    {
        var name = ParameterNames.Describe(Tree, new ParameterValue(oid, null, ""));
        return name.Name is not { } text ? oid : name.Index.Count == 0 ? text : $"{text[..text.IndexOf('.', StringComparison.Ordinal)]} {string.Join(" ", name.Index.Select(i => i.Text))}";
    }

    private void Stop()
    {
        reading?.Cancel();
        reading?.Dispose();
        reading = null;
    }

    private void Restart()
    {
        Stop();
        reading = new CancellationTokenSource();
        _ = FollowAsync(reading.Token);
    }

    private void PauseAsync()
    {
        if (IsPaused) Restart();
        else Stop();
    }

    private void Remove(Line line)
    {
        series.Remove(line);
        Draw();
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (series.Count > 0)
            {
                var caller = await Caller.GetAsync();
                var read = await Reader.ReadAsync(caller, Device, [.. series.Select(s => s.Oid)], cancellationToken);
                await InvokeAsync(() =>
                {
                    if (cancellationToken.IsCancellationRequested) return;
                    problem = read.Problem;
                    if (read.IsSuccess) Take(read.Value);
                    StateHasChanged();
                });
                // A device that does not answer is asked less often.
                await Task.Delay(TimeSpan.FromSeconds(read.IsSuccess ? seconds : Math.Max(seconds, 10)), Time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Paused, or the page is left.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private void Take(ObjectReading now)
    {
        var elapsed = before is null ? TimeSpan.Zero : now.At - before.At;
        var restarted = before is not null && CounterRate.Restarted(Number(before, ObjectReader.Uptime), Number(now, ObjectReader.Uptime), elapsed);
        foreach (var line in series)
        {
            if (!now.Values.TryGetValue(line.Oid, out var value) || value.Value is not { } text) continue;
            line.IsRate = CounterRate.IsCounter(value.Type);
            var number = !line.IsRate ? Number(now, line.Oid)
                : before is not null && !restarted && before.Values.GetValueOrDefault(line.Oid)?.Value is { } first ? CounterRate.Of(value.Type, first, text, elapsed) : null;
            if (number is not { } known) continue;
            line.Points.Add(new SeriesPoint(now.At, known, known, known));
            if (line.Points.Count > MostPoints) line.Points.RemoveAt(0);
        }
        before = now;
        Draw();
    }

    private void Draw()
    {
        if (!series.Exists(s => s.Points.Count > 0))
        {
            shape = null;
            return;
        }
        var from = series.Where(s => s.Points.Count > 0).Min(s => s.Points[0].At);
        var to = series.Where(s => s.Points.Count > 0).Max(s => s.Points[^1].At);
        if ((to - from).TotalSeconds < seconds * 30) from = to - TimeSpan.FromSeconds(seconds * 30);
        shape = ChartLines.Of("Live", "", [.. series.Select((s, i) => new SeriesPoints(new PollSeries(Guid.Empty, i, s.Oid, s.Label, s.Label, ObjectUnit.Of(Tree, s.Oid, s.IsRate)), s.Points))], from, to);
    }

    private static double? Number(ObjectReading reading, string oid) =>
        reading.Values.GetValueOrDefault(oid)?.Value is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private sealed class Line(string oid, string label)
    {
        public string Oid { get; } = oid;

        public string Label { get; } = label;

        public bool IsRate { get; set; }

        public List<SeriesPoint> Points { get; } = [];
    }
}
