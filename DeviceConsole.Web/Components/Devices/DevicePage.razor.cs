using DeviceConsole.Core;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Live;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Devices;

/// <summary>One device: identity and state, its settings, parameters and jobs. Its state follows its jobs live.</summary>
public sealed partial class DevicePage : IAsyncDisposable
{
    private DeviceDetail? device;
    private Caller? caller;
    private LiveView? live;
    private AlarmCounts? alarms;
    private IReadOnlyList<ConnectionView> connections = [];
    private Problem? deleteProblem;
    private bool isMissing;
    private bool running;
    private bool diagnosing;
    private bool deleting;
    private bool isGone;

    /// <summary>The device.</summary>
    [Parameter] public Guid Id { get; set; }

    /// <summary>The tab: null is the overview.</summary>
    [Parameter] public string? Tab { get; set; }

    [Inject] private AlarmService Alarms { get; set; } = default!;
    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private DeviceService Devices { get; set; } = default!;
    [Inject] private Handover Handover { get; set; } = default!;
    [Inject] private ProtocolCatalog Catalog { get; set; } = default!;
    [Inject] private SessionService Sessions { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;
    [Inject] private Toasts Toasts { get; set; } = default!;

    // Only devices with an endpoint whose paths are object identifiers.
    private (string Text, string Href, string? Count)[] MibTab =>
        device!.Endpoints.Any(e => Catalog.Find(e.Protocol)?.Descriptor.Paths.IsObjectIdentifier == true) ? [("MIB browser", $"/devices/{Id}/mibs", null)] : [];

    // Only devices that can be had to report by themselves.
    private (string Text, string Href, string? Count)[] BulkTab =>
        device!.Endpoints.Any(e => Catalog.Find(e.Protocol)?.Descriptor.BulkOperation is not null) ? [("Bulk data", $"/devices/{Id}/bulk-data", null)] : [];

    private bool MayDiagnose => RunJobModel.Diagnostic(device!.Endpoints.Select(e => Catalog.Find(e.Protocol)?.Descriptor).OfType<ProtocolDescriptor>()) is not null;

    private string? Model => $"{device?.Device.Manufacturer} {device?.Device.Model}".Trim() is { Length: > 0 } text ? text : null;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (device?.Device.Id == Id) return;
        caller = await Caller.GetAsync();
        var loaded = await Handover.TakeOrLoadAsync($"device {Id}", RendererInfo.IsInteractive, () => LoadAsync(caller));
        (device, isMissing) = (loaded, loaded is null);
        if (loaded is not null) await LoadConnectionsAsync();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        var subscription = Feed.SubscribeJobs(await Caller.GetAsync());
        live = LiveView.Follow(subscription, Apply, ReloadAsync, InvokeAsync, StateHasChanged, DispatchExceptionAsync, Time);
        if (isGone) await DisposeAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        isGone = true;
        if (live is not null) await live.DisposeAsync();
    }

    private async Task<DeviceDetail?> LoadAsync(Caller asking) =>
        await Devices.GetAsync(asking, Id, CancellationToken.None) is { IsSuccess: true } found ? found.Value : null;

    // A job that ended says when the device was last reached.
    private bool Apply(IReadOnlyList<JobView> changes)
    {
        if (changes.Any(j => j.DeviceId == Id && j.State.IsTerminal())) _ = InvokeAsync(ReloadAndRenderAsync);
        return false;
    }

    private async Task ReloadAsync()
    {
        if (await LoadAsync(await Caller.GetAsync()) is { } fresh) device = fresh;
        await LoadConnectionsAsync();
    }

    private async Task LoadConnectionsAsync()
    {
        var open = await Sessions.ConnectionsAsync(await Caller.GetAsync(), Id, CancellationToken.None);
        if (open.IsSuccess) connections = open.Value;
        var raised = await Alarms.CountAsync(await Caller.GetAsync(), Id, CancellationToken.None);
        if (raised.IsSuccess) alarms = raised.Value;
    }

    private async Task ReloadAndRenderAsync()
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

    private async Task DeleteAsync()
    {
        var result = await Devices.DeleteAsync(await Caller.GetAsync(), Id, CancellationToken.None);
        deleteProblem = result.Problem;
        if (!result.IsSuccess) return;
        Toasts.Success($"{device!.Device.Name} was deleted.");
        Navigation.NavigateTo("/devices");
    }
}
