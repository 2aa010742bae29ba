using DeviceConsole.Core;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Live;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Library.Mibs;

/// <summary>The tenant's MIB modules; what others upload or delete shows by itself.</summary>
public sealed partial class MibsPage
{
    // A collection of thousands is more than a browser's message to its circuit may have.
    private const int MostHandedOver = 500;

    private List<MibModuleRow>? modules;
    private List<MibModuleRow> shown = [];
    private IReadOnlyList<MibMissing> missing = [];
    private Problem? problem;
    private bool mayUpload;

    /// <summary>Part of a module's or a file's name; stands in the address.</summary>
    [SupplyParameterFromQuery(Name = "search")] public string? Search { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private Handover Handover { get; set; } = default!;
    [Inject] private MibLibrary Library { get; set; } = default!;
    [Inject] private MibRevisions Revisions { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (modules is null)
        {
            mayUpload = (await Caller.GetAsync()).May(Rights.ManageDevices);
            modules = await Handover.TakeOrLoadAsync("mibs", RendererInfo.IsInteractive, LoadAsync, m => m is null or { Count: <= MostHandedOver });
            await LoadMissingAsync();
        }
        Filter();
    }

    private void Filter() =>
        shown = modules is null ? [] : string.IsNullOrWhiteSpace(Search) ? modules
            : [.. modules.Where(m => m.Name.Contains(Search.Trim(), StringComparison.OrdinalIgnoreCase) || m.FileName.Contains(Search.Trim(), StringComparison.OrdinalIgnoreCase))];

    private async Task<List<MibModuleRow>?> LoadAsync()
    {
        var list = await Library.ListAsync(await Caller.GetAsync(), CancellationToken.None);
        problem = list.Problem;
        return list.IsSuccess ? [.. list.Value] : null;
    }

    private async Task LoadMissingAsync() =>
        missing = modules?.Any(m => m.Missing.Count > 0) == true && await Revisions.MissingAsync(await Caller.GetAsync(), CancellationToken.None) is { IsSuccess: true } found ? found.Value : [];

    private async Task ReloadAsync()
    {
        modules = await LoadAsync() ?? modules;
        await LoadMissingAsync();
        Filter();
        StateHasChanged();
    }
}
