using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Live;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Overview;

/// <summary>The first page: health of the fleet, jobs over time, recent failures. Read again when jobs change, at most every two seconds.</summary>
public sealed partial class OverviewPage : IAsyncDisposable
{
    private const int MostFailures = 6;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource gone = new();
    private HistorySpan span = HistorySpan.All[0];
    private OverviewData? data;
    private LiveView? live;
    private bool isDemo;
    private bool mayManage;
    private bool isReading;
    private bool isStale;

    /// <summary>Id of the history's time span.</summary>
    [SupplyParameterFromQuery(Name = "span")] public string? Span { get; set; }

    [Inject] private AlarmService Alarms { get; set; } = default!;
    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private DeviceService Devices { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private Handover Handover { get; set; } = default!;
    [Inject] private JobService Jobs { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private TenantDirectory Tenants { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        if (live is not null) await live.DisposeAsync();
        gone.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var wanted = HistorySpan.Of(Span);
        if (data is not null && wanted == span) return;
        span = wanted;
        var caller = await Caller.GetAsync();
        isDemo = (await Tenants.GetAsync(caller.Tenant, CancellationToken.None))?.Slug == Seed.DemoSlug;
        mayManage = caller.May(Rights.ManageDevices);
        data = await Handover.TakeOrLoadAsync($"overview {span.Name}", RendererInfo.IsInteractive, () => ReadAsync(caller));
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        var subscription = Feed.SubscribeJobs(await Caller.GetAsync());
        live = LiveView.Follow(subscription, Apply, RefreshAsync, InvokeAsync, StateHasChanged, DispatchExceptionAsync, Time);
        if (gone.IsCancellationRequested) await live.DisposeAsync();
        else await RefreshAsync();
    }

    private async Task<OverviewData> ReadAsync(Caller caller)
    {
        var devices = Devices.CountAsync(caller, CancellationToken.None);
        var jobs = Jobs.CountAsync(caller, CancellationToken.None);
        var history = Jobs.HistoryAsync(caller, span.Length, span.Buckets, CancellationToken.None);
        var failures = Jobs.ListAsync(caller, new JobQuery { States = [JobState.Failed], Limit = MostFailures }, CancellationToken.None);
        var alarms = await Alarms.CountAsync(caller, null, CancellationToken.None);
        return new OverviewData(await devices, await jobs, await history, (await failures).Items, alarms.IsSuccess ? alarms.Value : new AlarmCounts(new Dictionary<AlarmSeverity, int>(), 0));
    }

    // Numbers over all jobs are counted by the database, not here: a busy feed makes one count every two seconds.
    private bool Apply(IReadOnlyList<JobView> changes)
    {
        isStale = true;
        if (!isReading) _ = InvokeAsync(RefreshAsync);
        return false;
    }

    // The reading itself is not waited for: it pauses afterwards, and what comes in the pause is read at its end.
    private void RefreshSoon() => Apply([]);

    private async Task RefreshAsync()
    {
        if (isReading) return;
        isReading = true;
        try
        {
            do
            {
                isStale = false;
                var asked = span;
                var fresh = await ReadAsync(await Caller.GetAsync());
                if (gone.IsCancellationRequested) return;
                if (asked == span) data = fresh;
                StateHasChanged();
                await Task.Delay(Rest, Time, gone.Token);
            }
            while (isStale);
        }
        catch (Exception) when (gone.IsCancellationRequested)
        {
            // The page is left: there is nobody to tell.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
        finally
        {
            isReading = false;
        }
    }
}
