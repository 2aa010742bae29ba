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
public sealed partial class MibModulePage
{
    private MibModuleDetail? detail;
    private IReadOnlyList<MibModuleRow> revisions = [];
    private MibDependencies? dependencies;
    private MibModuleDiff? diff;
    private Guid? compared;
    private Problem? problem;
    private Problem? deleteProblem;
    private bool isMissing;
    private bool mayManage;
    private bool deleting;
    private bool withImporters;

    /// <summary>The module.</summary>
    [Parameter] public Guid Id { get; set; }

    /// <summary>The revision to compare with; stands in the address.</summary>
    [SupplyParameterFromQuery(Name = "compare")] public Guid? Compare { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private Handover Handover { get; set; } = default!;
    [Inject] private MibLibrary Library { get; set; } = default!;
    [Inject] private MibRevisions Revisions { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private Toasts Toasts { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (detail?.Module.Id != Id)
        {
            mayManage = (await Caller.GetAsync()).May(Rights.ManageDevices);
            detail = await Handover.TakeOrLoadAsync($"mib {Id}", RendererInfo.IsInteractive, LoadAsync);
            isMissing = detail is null;
            (problem, deleteProblem, deleting, compared, diff) = (null, null, false, null, null);
            await LoadAroundAsync();
        }
        await CompareAsync();
    }

    private async Task<MibModuleDetail?> LoadAsync() =>
        await Library.GetAsync(await Caller.GetAsync(), Id, CancellationToken.None) is { IsSuccess: true } found ? found.Value : null;

    private async Task LoadAroundAsync()
    {
        if (detail is null) return;
        var caller = await Caller.GetAsync();
        revisions = await Revisions.ListAsync(caller, Id, CancellationToken.None) is { IsSuccess: true } listed ? listed.Value : [];
        dependencies = await Revisions.DependenciesAsync(caller, Id, CancellationToken.None) is { IsSuccess: true } found ? found.Value : null;
    }

    private async Task CompareAsync()
    {
        if (compared == Compare || detail is null) return;
        (compared, diff) = (Compare, null);
        if (Compare is not { } other) return;
        var result = await Revisions.CompareAsync(await Caller.GetAsync(), other, Id, CancellationToken.None);
        problem = result.Problem;
        if (result.IsSuccess) diff = result.Value;
    }

    private async Task ReloadAsync()
    {
        detail = await LoadAsync();
        isMissing = detail is null;
        await LoadAroundAsync();
        StateHasChanged();
    }

    private async Task PinAsync(Guid id, bool pinned)
    {
        var result = await Library.PinAsync(await Caller.GetAsync(), id, pinned, CancellationToken.None);
        problem = result.Problem;
        if (result.IsSuccess) await ReloadAsync();
    }

    private void CloseDelete() => (deleting, deleteProblem, withImporters) = (false, null, false);

    private async Task DeleteAsync()
    {
        var result = await Library.DeleteAsync(await Caller.GetAsync(), Id, withImporters, CancellationToken.None);
        deleteProblem = result.Problem;
        if (!result.IsSuccess) return;
        Toasts.Success($"{string.Join(", ", result.Value)} {(result.Value.Count == 1 ? "was" : "were")} deleted.");
        Navigation.NavigateTo("/library/mibs");
    }
}
