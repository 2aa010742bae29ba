using DeviceConsole.Core;
using DeviceConsole.Core.Polling;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Polling;

/// <summary>What was measured of a device, one graph an object; range and filter stand in the address. Drawn anew while new values come.</summary>
public sealed partial class DeviceGraphs : IDisposable
{
    private const int MostAGraph = 8;
    private const int Steps = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource gone = new();
    private GraphSpan span = GraphSpan.All[1];
    private IReadOnlyList<ChartLines>? charts;
    private (string?, string?, IReadOnlySet<Guid>?)? shown;
    private Problem? problem;
    private int more;

    /// <summary>The device.</summary>
    [Parameter, EditorRequired] public Guid DeviceId { get; set; }

    /// <summary>Only what these profiles brought; null for everything.</summary>
    [Parameter] public IReadOnlySet<Guid>? Profiles { get; set; }

    /// <summary>The time range.</summary>
    [SupplyParameterFromQuery(Name = "range")] public string? Range { get; set; }

    /// <summary>Part of an object's name or a row's label.</summary>
    [SupplyParameterFromQuery(Name = "q")] public string? Search { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private SampleService Samples { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;

    /// <inheritdoc />
    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (shown == (Range, Search, Profiles)) return;
        shown = (Range, Search, Profiles);
        span = GraphSpan.Of(Range);
        await ReadAsync();
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ = FollowAsync(gone.Token);
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Pause, Time, cancellationToken);
                await InvokeAsync(async () =>
                {
                    await ReadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The page is left.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task ReadAsync()
    {
        var caller = await Caller.GetAsync();
        var series = await Samples.SeriesAsync(caller, DeviceId, CancellationToken.None);
        problem = series.Problem;
        if (!series.IsSuccess) return;
        var wanted = series.Value.Where(s => Profiles?.Contains(s.ProfileId) != false).Where(s => string.IsNullOrEmpty(Search) || s.Object.Contains(Search, StringComparison.OrdinalIgnoreCase) || s.Label.Contains(Search, StringComparison.OrdinalIgnoreCase)).ToList();
        var drawn = wanted.GroupBy(s => (s.ProfileId, s.Object)).SelectMany(g => g.Take(MostAGraph)).Take(SampleService.MaximumSeries).ToList();
        more = wanted.Count - drawn.Count;
        var to = Time.GetUtcNow();
        var points = await Samples.PointsAsync(caller, DeviceId, drawn, to - span.Length, to, Steps, CancellationToken.None);
        problem = points.Problem;
        if (points.IsSuccess) charts = [.. points.Value.GroupBy(p => (p.Series.ProfileId, p.Series.Object)).Select(g => ChartLines.Of(g.Key.Object, g.First().Series.Unit, [.. g], to - span.Length, to))];
    }
}
