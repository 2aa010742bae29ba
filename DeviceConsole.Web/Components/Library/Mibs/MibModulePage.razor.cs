using DeviceConsole.Core;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Live;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Library.Mibs;

/// <summary>One module: where it comes from, what it contains and what was wrong with it.</summary>
public sealed partial class MibModulePage : IDisposable
{
    private MibModuleDetail? detail;
    private Problem? problem;
    private Problem? deleteProblem;
    private ChangeView? changes;
    private bool isMissing;
    private bool mayManage;
    private bool deleting;

    /// <summary>The module.</summary>
    [Parameter] public Guid Id { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private ChangeFeed Changes { get; set; } = default!;
    [Inject] private Handover Handover { get; set; } = default!;
    [Inject] private MibLibrary Library { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;
    [Inject] private Toasts Toasts { get; set; } = default!;

    /// <inheritdoc />
    public void Dispose() => changes?.Dispose();

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (detail?.Module.Id == Id) return;
        mayManage = (await Caller.GetAsync()).May(Rights.ManageDevices);
        detail = await Handover.TakeOrLoadAsync($"mib {Id}", RendererInfo.IsInteractive, LoadAsync);
        isMissing = detail is null;
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        changes = ChangeView.Follow(Changes, (await Caller.GetAsync()).Tenant, MibCache.Topic, _ => true, ReloadAsync, InvokeAsync, DispatchExceptionAsync, Time);
    }

    private async Task<MibModuleDetail?> LoadAsync() =>
        await Library.GetAsync(await Caller.GetAsync(), Id, CancellationToken.None) is { IsSuccess: true } found ? found.Value : null;

    private async Task ReloadAsync()
    {
        detail = await LoadAsync();
        isMissing = detail is null;
        StateHasChanged();
    }

    private async Task PinAsync()
    {
        var result = await Library.PinAsync(await Caller.GetAsync(), Id, !detail!.Module.Pinned, CancellationToken.None);
        problem = result.Problem;
        if (result.IsSuccess) await ReloadAsync();
    }

    private async Task DeleteAsync()
    {
        var result = await Library.DeleteAsync(await Caller.GetAsync(), Id, CancellationToken.None);
        deleteProblem = result.Problem;
        if (!result.IsSuccess) return;
        Toasts.Success($"{string.Join(", ", result.Value)} {(result.Value.Count == 1 ? "was" : "were")} deleted.");
        Navigation.NavigateTo("/library/mibs");
    }
}
