using DeviceConsole.Core;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DeviceConsole.Web.Components.Library.Mibs;

/// <summary>The tree of objects, the chosen one's card, and what can be asked of a device. The address holds the chosen object and device.</summary>
public sealed partial class MibBrowserPanel
{
    private const int MostFound = 100;

    private MibTree? tree;
    private MibTreeModel? model;
    private MibNodeDetail? detail;
    private IReadOnlyList<MibNode> found = [], described = [];
    private MibNode? selectedNode;
    private ElementReference frame;
    private SearchField? field;
    private bool describing, scrollTo, openFirst;
    private Problem? problem;
    private string search = "";
    private string? loaded;

    /// <summary>The device to ask; null where the person chooses one.</summary>
    [Parameter] public DeviceDetail? Device { get; set; }

    /// <summary>The chosen object's identifier or name; stands in the address.</summary>
    [SupplyParameterFromQuery(Name = "node")] public string? Node { get; set; }

    // Here and not in the part that asks it: that one comes and goes with the chosen object, and whoever reads the address has to stay while it changes.
    /// <summary>The chosen device; stands in the address.</summary>
    [SupplyParameterFromQuery(Name = "device")] public Guid? DeviceId { get; set; }

    [Inject] private MibBrowser Browser { get; set; } = default!;
    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private IJSRuntime Js { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private string? Selected => detail?.Oid;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (model is null) await LoadAsync();
        if (loaded != Node) await ShowAsync();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (scrollTo && selectedNode is not null && search.Length == 0 && model is not null && model.Lines.FindIndex(l => l.Node == selectedNode) is >= 0 and var at)
        {
            scrollTo = false;
            await Js.InvokeVoidAsync("deviceConsole.showTreeLine", frame, at, MibTreeModel.LineHeight);
        }
        if (!firstRender) return;
        scrollTo = detail is not null;
        if (scrollTo) StateHasChanged();
    }

    private async Task LoadAsync()
    {
        var result = await Browser.TreeAsync(await Caller.GetAsync(), CancellationToken.None);
        problem = result.Problem;
        if (!result.IsSuccess) return;
        tree = result.Value;
        if (model is null) model = new MibTreeModel(tree);
        else model.Use(tree);
    }

    private async Task ShowAsync()
    {
        (loaded, problem, detail) = (Node, null, null);
        if (string.IsNullOrWhiteSpace(Node)) return;
        var result = await Browser.LookUpAsync(await Caller.GetAsync(), Node, CancellationToken.None);
        (problem, detail) = (result.Problem, result.IsSuccess ? result.Value : null);
        selectedNode = detail is not null && MibOid.TryParse(detail.Oid, out var arcs) ? tree?.Find(arcs) : null;
        if (detail is not null) model?.Reveal(detail.Oid);
    }

    private async Task ReloadAsync()
    {
        await LoadAsync();
        if (search.Length > 0) found = tree?.Search(search, MostFound) ?? [];
        loaded = null;
        await ShowAsync();
        StateHasChanged();
    }

    private async Task SearchAsync(string text)
    {
        search = text.Trim();
        openFirst = false;
        found = search.Length == 0 || tree is null ? [] : tree.Search(search, MostFound);
        (described, describing) = ([], search.Length > 2 && !char.IsAsciiDigit(search[0]));
        scrollTo |= search.Length == 0;
        if (!describing) return;
        // Names stand there at once; what the descriptions say follows.
        StateHasChanged();
        var asked = search;
        var result = await Browser.SearchDescriptionsAsync(await Caller.GetAsync(), asked, MostFound, CancellationToken.None);
        if (asked != search) return;
        var names = found.ToHashSet();
        (described, describing) = (result.IsSuccess ? [.. result.Value.Where(n => !names.Contains(n))] : [], false);
        if (openFirst && described.Count > 0) Select(described[0].Oid, true);
    }

    // Enter: the first hit; where only descriptions can have one and are still being searched, it opens as soon as it is found.
    private async Task OpenFirstAsync()
    {
        if (field is not null) await field.FlushAsync();
        if (search.Length == 0) return;
        if ((found.Count > 0 ? found[0] : described.Count > 0 ? described[0] : null) is { } first) Select(first.Oid, true);
        else openFirst = describing;
    }

    private void Toggle(string oid) => model?.Toggle(oid);

    private void Select(string oid, bool leaveSearch)
    {
        if (leaveSearch) model?.Reveal(oid);
        Navigation.NavigateTo(Navigation.With(("node", oid)), replace: true);
    }

    private void GoAsync(string name)
    {
        if (tree?.Resolve(name) is { } arcs) Select(MibOid.Format(arcs), true);
    }
}
