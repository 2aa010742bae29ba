using DeviceConsole.Core;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Library.Mibs;

/// <summary>Reads and writes the chosen object on a device by ordinary jobs, and shows their values as they come.</summary>
public sealed partial class MibActions : IAsyncDisposable
{
    private const int MostCandidates = 20, MostGraphed = 8;

    private Caller? caller;
    private DeviceDetail? device;
    private ProtocolDescriptor? protocol;
    private IReadOnlyList<DeviceRow> candidates = [];
    private IReadOnlyList<string> augmenting = [], graphed = [];
    private FollowedJob? run;
    private Problem? problem;
    private string search = "", instance = "", shownFor = "";
    private string? tableName;
    private bool setting, withAugmenting, reading;

    /// <summary>The object.</summary>
    [Parameter, EditorRequired] public MibNodeDetail Detail { get; set; } = default!;

    /// <summary>All names.</summary>
    [Parameter, EditorRequired] public MibTree Tree { get; set; } = default!;

    /// <summary>The device to ask; null where the person chooses one.</summary>
    [Parameter] public DeviceDetail? FixedDevice { get; set; }

    /// <summary>The chosen device.</summary>
    [Parameter] public Guid? DeviceId { get; set; }

    [Inject] private ProtocolCatalog Catalog { get; set; } = default!;
    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private DeviceService Devices { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private ObjectReader Reader { get; set; } = default!;
    [Inject] private JobService Jobs { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;

    private bool IsColumn => Detail.Definition?.Kind == MibKind.Column;

    private bool HasInstances => Detail.Definition?.Kind is MibKind.Scalar or MibKind.Column || Detail.Instance.Length > 0;

    private bool Busy => reading || run is { IsAsking: true } or { IsRunning: true };

    private MibNode? Place => MibOid.TryParse(Detail.Oid, out var arcs) ? Tree.Find(arcs) : null;

    private bool IsTable => Detail.Definition?.Kind is MibKind.Table or MibKind.Row or MibKind.Column && Detail.Instance.Length == 0;

    private bool MayGraph => Detail.Definition is { Kind: MibKind.Scalar or MibKind.Column } definition && new MibTableColumn(Detail.Oid, Detail.Name, definition).IsNumeric && Can(ObjectRole.Get) && Can(ObjectRole.GetNext);

    private bool MaySet => caller!.May(Rights.RunWrites) && Can(ObjectRole.Set)
        && Detail.Definition is { Kind: MibKind.Scalar or MibKind.Column, Syntax: not null, Access: "read-write" or "read-create" or "write-only" };

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (run is not null) await run.DisposeAsync();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        caller ??= await Caller.GetAsync();
        if (shownFor != Detail.Oid + " " + Detail.Instance)
        {
            shownFor = Detail.Oid + " " + Detail.Instance;
            instance = Detail.Instance.Length > 0 ? Detail.Instance : Detail.Definition?.Kind == MibKind.Scalar ? "0" : "";
            (setting, problem) = (false, null);
            augmenting = IsTable && Place is { } place && MibTable.RowOf(place) is { } row ? [.. Tree.Augmenting(row).Select(r => r.Name)] : [];
        }
        run ??= new FollowedJob(Jobs, Caller, InvokeAsync, StateHasChanged, DispatchExceptionAsync);
        if (FixedDevice is not null) Use(FixedDevice);
        else if (DeviceId is { } id && device?.Device.Id != id) Use(await Devices.GetAsync(caller, id, CancellationToken.None) is { IsSuccess: true } known ? known.Value : null);
        else if (DeviceId is null) device = null;
        if (device is null && candidates.Count == 0) await SearchAsync(search);
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender) await run!.StartAsync(Feed, Time);
    }

    private bool Can(ObjectRole role) => protocol?.For(role) is not null;

    private void Use(DeviceDetail? chosen)
    {
        device = chosen;
        protocol = chosen?.Endpoints.Select(e => Catalog.Find(e.Protocol)?.Descriptor).FirstOrDefault(d => d?.Paths.IsObjectIdentifier == true);
    }

    private async Task SearchAsync(string text)
    {
        search = text;
        var answering = Catalog.All.Where(m => m.Descriptor.Paths.IsObjectIdentifier).Select(m => m.Descriptor.Id).ToHashSet();
        var page = await Devices.ListAsync(caller!, new DeviceQuery { Search = text.Length == 0 ? null : text, Limit = 100 }, CancellationToken.None);
        candidates = [.. page.Items.Where(d => d.Protocols.Any(answering.Contains)).Take(MostCandidates)];
    }

    private Task ChooseAsync(Guid id)
    {
        Navigation.NavigateTo(Navigation.With(("device", id.ToString())), replace: true);
        return Task.CompletedTask;
    }

    private void ForgetDevice() => Navigation.NavigateTo(Navigation.With(("device", null)), replace: true);

    private Task RunAsync(ObjectRole role)
    {
        var operation = protocol!.For(role)!;
        var oid = Oid(out problem);
        tableName = null;
        return oid is null ? Task.CompletedTask : run!.AskAsync(new JobRequest(device!.Device.Id, protocol!.Id, operation.Id, operation.ObjectArguments(oid)));
    }

    private Task TableAsync()
    {
        problem = null;
        if (Place is not { } place || MibTable.ColumnsOf(Tree, place, withAugmenting) is not { Count: > 0 } columns)
        {
            problem = Problem.Invalid("table", "The MIB names no readable column of this table. Use Walk.");
            return Task.CompletedTask;
        }
        var operation = protocol!.For(ObjectRole.Table)!;
        tableName = MibTable.RowOf(place)!.Parent is { Definition.Kind: MibKind.Table } table ? table.Name : place.Name;
        return run!.AskAsync(new JobRequest(device!.Device.Id, protocol!.Id, operation.Id, operation.ObjectArguments(columns.Select(c => c.Oid))));
    }

    private async Task GraphAsync()
    {
        problem = null;
        if (instance.Length > 0)
        {
            if (Oid(out problem) is { } oid) Draw([oid]);
            return;
        }
        reading = true;
        var found = await Reader.InstancesAsync(await Caller.GetAsync(), device!.Device.Id, Detail.Oid, MostGraphed, CancellationToken.None);
        (reading, problem) = (false, found.Problem);
        if (!found.IsSuccess) return;
        if (found.Value.Count == 0) problem = Problem.Invalid("instance", $"{device.Device.Name} has no instance of {Detail.Name}.");
        Draw(found.Value);
    }

    private void Draw(IReadOnlyList<string> oids) => graphed = oids;

    private async Task CancelAsync()
    {
        if (run?.Job is { } job) problem = (await Jobs.CancelAsync(await Caller.GetAsync(), job.Id, CancellationToken.None)).Problem;
    }

    private string? Oid(out Problem? wrong)
    {
        var rest = instance.Trim().Trim('.');
        wrong = null;
        if (rest.Length == 0) return Detail.Oid;
        if (MibOid.TryParse(rest, out _)) return $"{Detail.Oid}.{rest}";
        wrong = Problem.Invalid("instance", "The instance consists of numbers with dots between them: 0 for a scalar, the row's index for a column.");
        return null;
    }
}
