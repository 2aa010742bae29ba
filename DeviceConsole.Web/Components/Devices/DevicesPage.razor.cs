using DeviceConsole.Core;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Devices;

/// <summary>The list of devices; search, label, order and direction stand in the address.</summary>
public sealed partial class DevicesPage
{
    private DeviceList? list;
    private bool mayManage;
    private bool loading;

    /// <summary>What is searched for.</summary>
    [SupplyParameterFromQuery(Name = "q")] public string? Search { get; set; }

    /// <summary>Only devices with this label.</summary>
    [SupplyParameterFromQuery(Name = "tag")] public string? Tag { get; set; }

    /// <summary>The order's name.</summary>
    [SupplyParameterFromQuery(Name = "sort")] public string? Sort { get; set; }

    /// <summary>"desc" for last first.</summary>
    [SupplyParameterFromQuery(Name = "dir")] public string? Direction { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private DeviceService Devices { get; set; } = default!;
    [Inject] private Handover Handover { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var query = new DeviceQuery
        {
            Search = Search is { Length: > DeviceService.MaximumSearch } ? Search[..DeviceService.MaximumSearch] : Search,
            Tag = Tag,
            Sort = DeviceSorts.Parse(Sort) ?? DeviceSort.Name,
            Descending = Direction == "desc",
        };
        if (list?.Query == query) return;
        var caller = await Caller.GetAsync();
        mayManage = caller.May(Rights.ManageDevices);
        loading = true;
        var page = await Handover.TakeOrLoadAsync($"devices {query}", RendererInfo.IsInteractive, () => Devices.ListAsync(caller, query, CancellationToken.None));
        loading = false;
        list = DeviceList.Of(query, page);
    }

    private static string Empty(string text) => string.IsNullOrWhiteSpace(text) ? "empty" : "";

    private string SortLink(DeviceSort sort, bool descending) =>
        Navigation.With(("sort", sort == DeviceSort.Name ? null : sort.Text()), ("dir", descending ? "desc" : null));

    private async Task LoadMoreAsync()
    {
        if (list is not { Next: { } next } before) return;
        var page = await Devices.ListAsync(await Caller.GetAsync(), before.Query with { After = next }, CancellationToken.None);
        if (ReferenceEquals(list, before)) list = before.With(page);
    }
}
