using DeviceConsole.Core;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DeviceConsole.Web.Components.Jobs;

/// <summary>A live list of jobs: rows change in place; new rows wait while somebody reads further down or points at a row.</summary>
public sealed partial class JobTable : IAsyncDisposable
{
    private const int PageSize = 50;
    private const int LongestPage = 200;
    private readonly JobsPageModel model = new();
    private ElementReference frame;
    private DotNetObjectReference<JobTable>? self;
    private LiveView? live;
    private bool atTop = true;
    private bool isGone;
    private bool isWatched;
    private JobQuery? loaded;

    /// <summary>What belongs into the list.</summary>
    [Parameter, EditorRequired] public JobQuery Query { get; set; } = default!;

    /// <summary>False on a device's own page.</summary>
    [Parameter] public bool ShowDevice { get; set; } = true;

    /// <summary>What an empty list says.</summary>
    [Parameter] public string EmptyTitle { get; set; } = "No jobs";

    /// <summary>Why it is empty.</summary>
    [Parameter] public string EmptyText { get; set; } = "";

    /// <summary>What fills it.</summary>
    [Parameter] public RenderFragment? EmptyActions { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private Handover Handover { get; set; } = default!;
    [Inject] private IJSRuntime Js { get; set; } = default!;
    [Inject] private JobService Jobs { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;

    /// <summary>The browser says whether new rows may come in at once.</summary>
    [JSInvokable]
    public void AtTop(bool value)
    {
        atTop = value;
        if (!value || model.Waiting == 0) return;
        model.ShowWaiting();
        StateHasChanged();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        isGone = true;
        if (live is not null) await live.DisposeAsync();
        self?.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (loaded is not null && Same(loaded, Query)) return;
        var query = loaded = Query with { Limit = PageSize };
        var caller = await Caller.GetAsync();
        var page = await Handover.TakeOrLoadAsync($"jobs {KeyOf(query)}", RendererInfo.IsInteractive, () => Jobs.ListAsync(caller, query, CancellationToken.None));
        if (ReferenceEquals(loaded, query)) model.Reset(query, page);
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender) await FollowAsync();
        if (model.IsLoaded && !isWatched && !isGone && frame.Context is not null)
        {
            isWatched = true;
            self = DotNetObjectReference.Create(this);
            await Js.InvokeVoidAsync("deviceConsole.watchTop", frame, self);
        }
    }

    // Subscribed first, then the snapshot is read again: what changed since the static rendering is in one of the two.
    private async Task FollowAsync()
    {
        var subscription = Feed.SubscribeJobs(await Caller.GetAsync());
        live = LiveView.Follow(subscription, Apply, ReloadAsync, InvokeAsync, StateHasChanged, DispatchExceptionAsync, Time);
        if (isGone)
        {
            await live.DisposeAsync();
            return;
        }
        await ReloadAsync();
        StateHasChanged();
    }

    private bool Apply(IReadOnlyList<JobView> changes)
    {
        if (!model.IsLoaded) return false;
        var visible = model.Apply(changes, atTop);
        if (model.NeedsReload && atTop) _ = InvokeAsync(ReloadAsync);
        return visible;
    }

    // As many rows as are shown, so that none of them stays behind.
    private async Task ReloadAsync()
    {
        var caller = await Caller.GetAsync();
        var query = loaded!;
        var wanted = Math.Max(PageSize, model.NeedsReload ? PageSize : model.Rows.Count);
        var rows = new List<JobView>();
        string? next = null;
        do
        {
            var page = await Jobs.ListAsync(caller, query with { After = next, Limit = Math.Min(LongestPage, wanted - rows.Count) }, CancellationToken.None);
            rows.AddRange(page.Items);
            next = page.Next;
        }
        while (next is not null && rows.Count < wanted);
        if (!ReferenceEquals(loaded, query)) return;
        if (model.NeedsReload) model.Reset(query, new Page<JobView>(rows, next));
        else model.Merge(new Page<JobView>(rows, next), atTop);
    }

    private async Task LoadMoreAsync()
    {
        if (model.Next is not { } next) return;
        var query = loaded!;
        var page = await Jobs.ListAsync(await Caller.GetAsync(), query with { After = next }, CancellationToken.None);
        if (ReferenceEquals(loaded, query)) model.Append(page);
    }

    private async Task ShowWaiting()
    {
        if (model.NeedsReload) await ReloadAsync();
        else model.ShowWaiting();
        await Js.InvokeVoidAsync("deviceConsole.scrollToTop");
    }

    // Records compare lists by reference.
    private static bool Same(JobQuery a, JobQuery b) => KeyOf(a) == KeyOf(b);

    private static string KeyOf(JobQuery q) => $"{string.Join(',', q.States)}|{q.DeviceId}|{q.Protocol}|{q.DeadLetter}";
}
