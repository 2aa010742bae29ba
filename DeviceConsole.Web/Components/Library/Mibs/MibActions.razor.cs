using DeviceConsole.Core;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Live;
using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Library.Mibs;

/// <summary>Reads and writes the chosen object on a device by ordinary jobs, and shows their values as they come.</summary>
public sealed partial class MibActions : IAsyncDisposable
{
    private const int MostCandidates = 20;

    private Caller? caller;
    private DeviceDetail? device;
    private ProtocolDescriptor? protocol;
    private IReadOnlyList<DeviceRow> candidates = [];
    private JobView? job;
    private JobDetail? answer;
    private LiveView? live;
    private Problem? problem;
    private string search = "", instance = "", value = "", shownFor = "";
    private bool working, setting, asHex, isGone;

    /// <summary>The object.</summary>
    [Parameter, EditorRequired] public MibNodeDetail Detail { get; set; } = default!;

    /// <summary>The device to ask; null where the person chooses one.</summary>
    [Parameter] public DeviceDetail? FixedDevice { get; set; }

    /// <summary>The chosen device.</summary>
    [Parameter] public Guid? DeviceId { get; set; }

    [Inject] private ProtocolCatalog Catalog { get; set; } = default!;
    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private DeviceService Devices { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private JobService Jobs { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;

    private bool IsColumn => Detail.Definition?.Kind == MibKind.Column;

    private bool HasInstances => Detail.Definition?.Kind is MibKind.Scalar or MibKind.Column || Detail.Instance.Length > 0;

    private bool IsOctets => Detail.Definition?.Syntax?.BaseType is MibBaseType.OctetString;

    private bool IsHex => asHex || Detail.Definition?.Syntax?.BaseType == MibBaseType.Bits;

    private bool MaySet => caller!.May(Rights.RunWrites) && Can(ObjectRole.Set)
        && Detail.Definition is { Kind: MibKind.Scalar or MibKind.Column, Syntax: not null, Access: "read-write" or "read-create" or "write-only" };

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        isGone = true;
        if (live is not null) await live.DisposeAsync();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        caller ??= await Caller.GetAsync();
        if (shownFor != Detail.Oid + " " + Detail.Instance)
        {
            shownFor = Detail.Oid + " " + Detail.Instance;
            instance = Detail.Instance.Length > 0 ? Detail.Instance : Detail.Definition?.Kind == MibKind.Scalar ? "0" : "";
            (value, setting, problem) = ("", false, null);
            asHex = Detail.Definition?.Syntax?.DisplayHint?.Contains('x', StringComparison.Ordinal) == true;
        }
        if (FixedDevice is not null) Use(FixedDevice);
        else if (DeviceId is { } id && device?.Device.Id != id) Use(await Devices.GetAsync(caller, id, CancellationToken.None) is { IsSuccess: true } known ? known.Value : null);
        else if (DeviceId is null) device = null;
        if (device is null && candidates.Count == 0) await SearchAsync(search);
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        live = LiveView.Follow(Feed.SubscribeJobs(await Caller.GetAsync()), Apply, CatchUpAsync, InvokeAsync, StateHasChanged, DispatchExceptionAsync, Time);
        if (isGone) await live.DisposeAsync();
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
        var oid = Oid();
        return oid is null ? Task.CompletedTask : EnqueueAsync(operation, operation.ObjectArguments(oid));
    }

    private Task SetAsync()
    {
        var asked = protocol!;
        var operation = asked.For(ObjectRole.Set)!;
        var type = Detail.Definition!.Syntax!.BaseType.ToString() + (IsHex ? ".hex" : "");
        if (Oid() is not { } oid) return Task.CompletedTask;
        if (operation.ObjectArguments(oid, type, value) is { } arguments) return EnqueueAsync(operation, arguments);
        problem = Problem.Invalid("type", $"{asked.Name} cannot send a value of the type {MibWords.Of(Detail.Definition.Syntax)}.");
        return Task.CompletedTask;
    }

    private string? Oid()
    {
        var rest = instance.Trim().Trim('.');
        problem = null;
        if (rest.Length == 0) return Detail.Oid;
        if (MibOid.TryParse(rest, out _)) return $"{Detail.Oid}.{rest}";
        problem = Problem.Invalid("instance", "The instance consists of numbers with dots between them: 0 for a scalar, the row's index for a column.");
        return null;
    }

    private async Task EnqueueAsync(OperationDescriptor operation, System.Text.Json.Nodes.JsonObject arguments)
    {
        if (working) return;
        working = true;
        try
        {
            var result = await Jobs.EnqueueAsync(await Caller.GetAsync(), new JobRequest(device!.Device.Id, protocol!.Id, operation.Id, arguments) { IdempotencyKey = $"mib-{Guid.NewGuid():N}" }, CancellationToken.None);
            problem = result.Problem;
            if (!result.IsSuccess) return;
            (job, answer) = (result.Value, null);
            await CatchUpAsync();
        }
        finally
        {
            working = false;
        }
    }

    private bool Apply(IReadOnlyList<JobView> changes)
    {
        if (job is null || changes.LastOrDefault(j => j.Id == job.Id) is not { } change || change.Revision <= job.Revision) return false;
        job = change;
        if (change.State.IsTerminal()) _ = InvokeAsync(FinishAsync);
        return true;
    }

    private async Task FinishAsync()
    {
        try
        {
            if (isGone) return;
            await CatchUpAsync();
            StateHasChanged();
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task CatchUpAsync()
    {
        if (job is null || await Jobs.GetAsync(await Caller.GetAsync(), job.Id, CancellationToken.None) is not { IsSuccess: true } fresh) return;
        if (fresh.Value.Job.Id != job.Id) return;
        if (fresh.Value.Job.Revision >= job.Revision) job = fresh.Value.Job;
        answer = job.State.IsTerminal() && job.State == JobState.Completed ? fresh.Value : null;
    }
}
