using DeviceConsole.Core;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Web.Auth;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;

namespace DeviceConsole.Web.Components.Library.Mibs;

/// <summary>A conceptual table as a device answered it: one window of rows at a time, sorted, filtered, its cells settable where the MIB allows it.</summary>
public sealed partial class MibGrid
{
    private const int MostGraphed = 8;

    private readonly Dictionary<string, string> changed = new(StringComparer.Ordinal);
    private IReadOnlyList<MibTableColumn> columns = [];
    private IReadOnlyList<string> index = [];
    private Virtualize<MibTableRow>? rows;
    private (MibDefinition Definition, string Oid, string Name, string? Present)? editing;
    private Problem? problem;
    private string filter = "";
    private string? column;
    private bool descending;
    private int shown;
    private int? total;
    private Guid loaded;

    /// <summary>The ended job that read the table.</summary>
    [Parameter, EditorRequired] public JobView Job { get; set; } = default!;

    /// <summary>What was read, by name.</summary>
    [Parameter, EditorRequired] public string Title { get; set; } = "";

    /// <summary>The device, to set cells.</summary>
    [Parameter] public DeviceDetail? Device { get; set; }

    /// <summary>Its protocol, to set cells.</summary>
    [Parameter] public ProtocolDescriptor? Protocol { get; set; }

    /// <summary>True for people who may write.</summary>
    [Parameter] public bool MaySet { get; set; }

    /// <summary>Raised with instances to draw.</summary>
    [Parameter] public EventCallback<IReadOnlyList<string>> OnGraph { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private ParameterNames Names { get; set; } = default!;
    [Inject] private JobResults Results { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (loaded == Job.Id) return;
        loaded = Job.Id;
        (filter, column, descending, total, editing) = ("", null, false, null, null);
        changed.Clear();
        await LoadAsync();
    }

    private static string Short(string name) => name.Length <= 32 ? name : name[..31] + "…";

    private RenderFragment Arrow(string? oid) => column != oid ? _ => { }
    : builder =>
    {
        builder.OpenComponent<Shared.Icon>(0);
        builder.AddComponentParameter(1, "Name", descending ? "sort-down" : "sort-up");
        builder.AddComponentParameter(2, "Size", 12);
        builder.CloseComponent();
    };

    private async Task<(StoredValues Values, MibTree Tree, MibTable Table)?> OpenAsync(CancellationToken cancellationToken)
    {
        var caller = await Caller.GetAsync();
        var opened = await Results.OpenAsync(caller, Job.Id, cancellationToken);
        problem = opened.Problem;
        if (!opened.IsSuccess || await Names.TreeAsync(caller, [Job.Protocol], cancellationToken) is not { } tree) return null;
        return (opened.Value.Values, tree, MibTableCache.Of(tree, opened.Value.Values));
    }

    // The order lies beside the values, not in the circuit.
    private int[] Order(StoredValues values, MibTree tree, MibTable table) => MibTableCache.Order(values, tree, table, new MibTableView(column, descending, filter));

    private async Task LoadAsync()
    {
        if (await OpenAsync(CancellationToken.None) is not { } open) return;
        (columns, index, total) = (open.Table.Columns, open.Table.Index, open.Table.Count);
        shown = (await Task.Run(() => Order(open.Values, open.Tree, open.Table))).Length;
        if (rows is not null) await rows.RefreshDataAsync();
    }

    private async ValueTask<ItemsProviderResult<MibTableRow>> ProvideAsync(ItemsProviderRequest request)
    {
        if (await OpenAsync(request.CancellationToken) is not { } open) return new([], 0);
        var order = Order(open.Values, open.Tree, open.Table);
        return new([.. order.Skip(request.StartIndex).Take(request.Count).Select(r => open.Table.Row(open.Tree, open.Values, r))], order.Length);
    }

    private Task FilterAsync(string text)
    {
        filter = text;
        return LoadAsync();
    }

    private Task SortAsync(string? by)
    {
        (column, descending) = (by, by == column && !descending);
        return LoadAsync();
    }

    private void Edit(MibTableColumn of, MibTableRow row, MibTableCell? value)
    {
        // A hint says how the words are read back; without one the raw value is what can be typed.
        var present = of.Definition!.Syntax!.BaseType == MibBaseType.Enumeration || value is null ? value?.Value.Value : of.Definition.Units is null ? value.Text : value.Value.Value;
        editing = (of.Definition, $"{of.Oid}.{row.Instance}", $"{of.Name}.{row.Instance}", present);
    }

    private void TookAsync((string Oid, string Value) set) => changed[set.Oid] = set.Value;

    private async Task GraphAsync(MibTableColumn of)
    {
        if (await OpenAsync(CancellationToken.None) is not { } open) return;
        var at = open.Table.Columns.ToList().FindIndex(c => c.Oid == of.Oid);
        var instances = Order(open.Values, open.Tree, open.Table).Where(r => at >= 0 && open.Table.Value(open.Values, r, at) is not null).Take(MostGraphed).Select(r => $"{of.Oid}.{open.Table.Instance(r)}").ToList();
        await OnGraph.InvokeAsync(instances);
    }
}
