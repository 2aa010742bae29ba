using DeviceConsole.Core;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Live;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Jobs;

/// <summary>One job, live: its time line, what was asked, what came of it and what to do next.</summary>
public sealed partial class JobPage : IAsyncDisposable
{
    private JobDetail? detail;
    private JobView? newest;
    private Caller? caller;
    private LiveView? live;
    private Problem? problem;
    private bool isMissing;
    private bool isGone;
    private bool working;

    /// <summary>The job.</summary>
    [Parameter] public Guid Id { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private ProtocolCatalog Catalog { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private Handover Handover { get; set; } = default!;
    [Inject] private JobService Jobs { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;
    [Inject] private Toasts Toasts { get; set; } = default!;

    // A change shows at once; time line and values follow as soon as they are read.
    private JobView? Job => newest is not null && newest.Revision > (detail?.Job.Revision ?? -1) ? newest : detail?.Job;

    private OperationDescriptor? Operation => Job is { } job ? Catalog.Find(job.Protocol)?.Descriptor.Operation(job.Operation) : null;

    private string OperationName => Operation?.Name ?? Job?.Operation ?? "";

    private bool MayAct => caller?.May(Operation?.Writes == true ? Rights.RunWrites : Rights.RunReads) == true;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        isGone = true;
        if (live is not null) await live.DisposeAsync();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (detail?.Job.Id == Id) return;
        (detail, newest, problem) = (null, null, null);
        caller = await Caller.GetAsync();
        var asking = caller;
        var loaded = await Handover.TakeOrLoadAsync($"job {Id}", RendererInfo.IsInteractive, () => LoadAsync(asking));
        (detail, isMissing) = (loaded, loaded is null);
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
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

    private async Task<JobDetail?> LoadAsync(Caller asking) =>
        await Jobs.HeadAsync(asking, Id, CancellationToken.None) is { IsSuccess: true } found ? found.Value : null;

    private bool Apply(IReadOnlyList<JobView> changes)
    {
        var change = changes.LastOrDefault(j => j.Id == Id);
        if (change is null || Job is null || change.Revision <= Job.Revision) return false;
        newest = change;
        _ = InvokeAsync(CatchUpAsync);
        return true;
    }

    private async Task CatchUpAsync()
    {
        try
        {
            if (isGone) return;
            await ReloadAsync();
            StateHasChanged();
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task ReloadAsync()
    {
        var fresh = await LoadAsync(await Caller.GetAsync());
        if (fresh is not null && fresh.Job.Id == Id && fresh.Job.Revision >= (detail?.Job.Revision ?? -1)) detail = fresh;
    }

    private Task CancelAsync() => ActAsync(async asking =>
    {
        var result = await Jobs.CancelAsync(asking, Id, CancellationToken.None);
        if (result.IsSuccess) await ReloadAsync();
        return result.Problem;
    });

    private Task RetryAsync() => ActAsync(async asking =>
    {
        var result = await Jobs.RetryAsync(asking, Id, CancellationToken.None);
        if (result.IsSuccess)
        {
            Toasts.Success("A new job was started.");
            Navigation.NavigateTo($"/jobs/{result.Value.Id}");
        }
        return result.Problem;
    });

    private async Task ActAsync(Func<Caller, Task<Problem?>> act)
    {
        if (working) return;
        working = true;
        try
        {
            problem = await act(await Caller.GetAsync());
        }
        finally
        {
            working = false;
        }
    }
}
