using System.Text.Json.Nodes;
using DeviceConsole.Core;
using DeviceConsole.Core.DataModels;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using DeviceConsole.Web.Components.Shared.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DeviceConsole.Web.Components.Devices.Parameters;

/// <summary>A device's parameters as a tree, whatever protocol they came by: level by level, live, with jobs that read and change them.</summary>
public sealed partial class ParameterBrowser : IAsyncDisposable
{
    // Changes of one report come together.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly TreeModel tree = new();
    private readonly ParameterJobs jobs = new();
    private ParameterLevel? found;
    private List<TreeLine> foundLines = [];
    private DataModelIndex? model;
    private TreeProtocols? protocols;
    private MibTree? names;
    private MibNodeDetail? detail;
    private IDisposable? changes;
    private LiveView? live;
    private Problem? problem;
    private Problem? rowProblem;
    private string? searched;
    private string? selected;
    private string? deleting;
    private Task? loading;
    private ElementReference frame;
    private bool isPlaced;
    private bool isReloading;
    private bool isStale;
    private bool isGone;

    /// <summary>The device.</summary>
    [Parameter, EditorRequired] public DeviceDetail Device { get; set; } = default!;

    /// <summary>What is searched; stands in the address.</summary>
    [SupplyParameterFromQuery(Name = "q")] public string? Search { get; set; }

    /// <summary>The selected line; stands in the address.</summary>
    [SupplyParameterFromQuery(Name = "path")] public string? Path { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private ProtocolCatalog Catalog { get; set; } = default!;
    [Inject] private ChangeFeed Changes { get; set; } = default!;
    [Inject] private DataModelService Models { get; set; } = default!;
    [Inject] private Handover Handover { get; set; } = default!;
    [Inject] private JobService Jobs { get; set; } = default!;
    [Inject] private IJSRuntime Js { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private MibBrowser Mibs { get; set; } = default!;
    [Inject] private ParameterNames Names { get; set; } = default!;
    [Inject] private ParameterTree Parameters { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;

    private List<TreeLine> Shown => found is null ? tree.Visible : foundLines;

    private Guid Id => Device.Device.Id;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        isGone = true;
        changes?.Dispose();
        if (live is not null) await live.DisposeAsync();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        // Parameters may be set again while the first levels are on their way.
        await (loading ??= LoadAsync());
        if (selected != Path)
        {
            selected = string.IsNullOrEmpty(Path) ? null : Path;
            rowProblem = null;
            await DescribeAsync();
        }

        if (searched != Search) await SearchAsync();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!isPlaced && frame.Context is not null && selected is not null && Shown.FindIndex(l => l.Node.Path == selected) is > 8 and var index)
        {
            isPlaced = true;
            await Js.InvokeVoidAsync("deviceConsole.showLine", frame, index);
        }

        if (!firstRender) return;
        var caller = await Caller.GetAsync();
        changes = Changes.Subscribe(caller.Tenant, "parameters", keys =>
        {
            if (keys is null || keys.Any(k => Guid.TryParse(k, out var id) && id == Id)) _ = InvokeAsync(ReloadSoonAsync);
        });
        live = LiveView.Follow(Feed.SubscribeJobs(caller), Apply, ResyncAsync, InvokeAsync, StateHasChanged, DispatchExceptionAsync, Time);
        if (isGone) await DisposeAsync();
        else StateHasChanged();
    }

    private async Task LoadAsync()
    {
        var caller = await Caller.GetAsync();
        protocols = new TreeProtocols(Device, Catalog, caller.Rights);
        names = await Names.TreeAsync(caller, Device.Device.Protocols, CancellationToken.None);
        var first = await Handover.TakeOrLoadAsync("parameter tree", RendererInfo.IsInteractive, () => FirstLevelsAsync(caller));
        foreach (var level in first) Show(level);
        if (first.Count > 0) model = await Models.ForAsync(caller, Root, tree.Find(Root + "RootDataModelVersion")?.Node.Value, CancellationToken.None);
    }

    // Object identifiers of another protocol may stand beside the named tree.
    private string Root => tree.Visible.FirstOrDefault(l => l.Depth == 0 && l.Node.IsObject && char.IsLetter(l.Node.Path[0]))?.Node.Path ?? "";

    private ParameterNode? Node(string path) => Shown.FirstOrDefault(l => l.Node.Path == path)?.Node ?? tree.Find(path)?.Node;

    private async Task DescribeAsync()
    {
        detail = null;
        if (names is null || selected is null || !char.IsAsciiDigit(selected[0])) return;
        var found = await Mibs.LookUpAsync(await Caller.GetAsync(), selected.TrimEnd('.'), CancellationToken.None);
        detail = found.IsSuccess ? found.Value : null;
    }

    // Words of a MIB for object identifiers; nothing for paths that are names themselves.
    private ShownName? Named(ParameterNode node) =>
        names is null || !char.IsAsciiDigit(node.Path[0]) ? null : ParameterNames.Describe(names, new Core.Parameters.ParameterValue(node.Path.TrimEnd('.'), node.Value, node.Type));

    private bool IsBusy(string path) => jobs.At(path) is { } job && !job.State.IsTerminal();

    // The top, what is below its one root, and the way down to the path of the address.
    private async Task<List<ParameterLevel>> FirstLevelsAsync(Caller caller)
    {
        var objects = new List<string> { "" };
        if (Path is { Length: > 0 and <= 1024 } path)
            for (var dot = path.IndexOf('.', StringComparison.Ordinal); dot >= 0 && dot < path.Length - 1; dot = path.IndexOf('.', dot + 1)) objects.Add(path[..(dot + 1)]);
        if (await LevelsAsync(caller, objects) is not { } levels) return [];
        if (objects.Count == 1 && levels[0].Nodes.FirstOrDefault(n => n.IsObject && char.IsLetter(n.Path[0])) is { } top && await LevelsAsync(caller, [top.Path]) is { } below) levels.AddRange(below);
        return levels;
    }

    private void Show(ParameterLevel level)
    {
        if (level.Object.Length > 0)
        {
            if (tree.Find(level.Object) is not { } line || level.Nodes.Count == 0) return;
            tree.Expand(line);
        }

        tree.Apply(level);
    }

    private async Task<List<ParameterLevel>?> LevelsAsync(Caller caller, IReadOnlyList<string> objects)
    {
        var result = await Parameters.LevelsAsync(caller, Id, [.. objects.Take(ParameterTree.MaximumLevels)], CancellationToken.None);
        problem = result.Problem;
        return result.IsSuccess ? [.. result.Value] : null;
    }

    private async Task ToggleAsync(TreeLine line)
    {
        if (line.IsExpanded)
        {
            tree.Collapse(line);
            return;
        }

        tree.Expand(line);
        if (await LevelsAsync(await Caller.GetAsync(), [line.Node.Path]) is not { } levels) return;
        foreach (var level in levels) tree.Apply(level);
    }

    private void Pick(string? path)
    {
        rowProblem = null;
        isPlaced = true;
        Navigation.NavigateTo(Navigation.With(("path", path)), replace: true);
    }

    private async Task SearchAsync()
    {
        searched = Search;
        if (string.IsNullOrWhiteSpace(Search))
        {
            (found, foundLines) = (null, []);
            return;
        }

        var described = model?.Search(Search.Trim()).Where(n => n.Kind == ModelNodeKind.Parameter).Select(n => n.Path).Take(1000).ToList() ?? [];
        var result = await Parameters.SearchAsync(await Caller.GetAsync(), Id, Search, described, names is null ? [] : ParameterNames.Places(names, Search.Trim()), CancellationToken.None);
        problem = result.Problem;
        if (!result.IsSuccess) return;
        var known = foundLines.ToDictionary(l => l.Node.Path, StringComparer.Ordinal);
        found = result.Value;
        foundLines = [.. found.Nodes.Select(n => Renewed(known.GetValueOrDefault(n.Path), n))];
    }

    private static TreeLine Renewed(TreeLine? line, ParameterNode node)
    {
        if (line is null) return new TreeLine(node, 0);
        if (line.Node != node) line.Changes++;
        line.Node = node;
        return line;
    }

    private bool Apply(IReadOnlyList<JobView> updates)
    {
        var visible = false;
        foreach (var job in updates.Where(j => j.DeviceId == Id))
        {
            var path = jobs.Update(job);
            visible |= path is not null | UpdateSent(job);
            if (job.State.IsTerminal()) End(path, job);
        }

        return visible;
    }

    private void End(string? path, JobView job)
    {
        collected.Ended(job);
        if (collected.All.Count == 0) sent.Clear();
        _ = ReloadSoonAsync();
        if (path is not null && job.State == JobState.Completed) _ = FollowAsync(path, job);
    }

    // A quick job has ended when it is known here that it was asked for; one that ends before it is listed is told of too early.
    private async Task SettleAsync(string? path, JobView job)
    {
        if (job.State.IsTerminal()) End(path, job);
        else await CatchUpAsync([job]);
    }

    // What the feed has lost comes no more.
    private async Task ResyncAsync()
    {
        await ReloadAsync();
        await CatchUpAsync([.. jobs.Open, .. sent.Where(j => !j.State.IsTerminal())]);
    }

    private async Task CatchUpAsync(IReadOnlyList<JobView> asked)
    {
        var caller = await Caller.GetAsync();
        foreach (var job in asked)
            if (await Jobs.HeadAsync(caller, job.Id, CancellationToken.None) is { IsSuccess: true } fresh) Apply([fresh.Value.Job]);
    }

    // A new instance has values that nobody has read yet, and the table's count is another one.
    private async Task FollowAsync(string path, JobView job)
    {
        try
        {
            var role = Catalog.Find(job.Protocol)?.Descriptor.Operation(job.Operation)?.Tree?.Role;
            if (role is not (TreeRole.Add or TreeRole.Delete)) return;
            if (role == TreeRole.Add) await RunAsync(new ParameterRequest(TreeRole.Refresh, path));
            var table = role == TreeRole.Add ? path : path[..(path.TrimEnd('.').LastIndexOf('.') + 1)];
            if (tree.Find(table.TrimEnd('.') + "NumberOfEntries") is { } count) await RunAsync(new ParameterRequest(TreeRole.Read, count.Node.Path));
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task ReloadSoonAsync()
    {
        isStale = true;
        if (isReloading) return;
        isReloading = true;
        try
        {
            while (isStale && !isGone)
            {
                await Task.Delay(Pause, Time);
                isStale = false;
                if (isGone) return;
                await ReloadAsync();
                StateHasChanged();
            }
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
        finally
        {
            isReloading = false;
        }
    }

    private async Task ReloadAsync()
    {
        var caller = await Caller.GetAsync();
        names = await Names.TreeAsync(caller, Device.Device.Protocols, CancellationToken.None);
        var wasEmpty = tree.Visible.Count == 0;
        if (wasEmpty)
        {
            foreach (var level in await FirstLevelsAsync(caller)) Show(level);
            if (tree.Visible.Count > 0) model ??= await Models.ForAsync(caller, Root, tree.Find(Root + "RootDataModelVersion")?.Node.Value, CancellationToken.None);
        }
        else if (await LevelsAsync(caller, tree.Open) is { } levels)
        {
            foreach (var level in levels) tree.Apply(level);
        }

        if (found is not null) await SearchAsync();
    }

    private Task ReadAllAsync()
    {
        // What the device has says where its tree begins; before that the protocol does.
        var root = Root is { Length: > 0 } known ? known : protocols?.For(TreeRole.Refresh)?.Operation.Tree!.Root ?? "";
        return RunAsync(new ParameterRequest(TreeRole.Refresh, root) { ShownAt = "" });
    }

    private async Task DeleteAsync()
    {
        if (deleting is not { } path) return;
        await RunAsync(new ParameterRequest(TreeRole.Delete, path));
        if (rowProblem is null) deleting = null;
    }

    private async Task RunAsync(ParameterRequest request)
    {
        rowProblem = null;
        var at = request.ShownAt ?? request.Path;
        if (protocols?.For(request.Role, Node(request.Path)?.Source ?? "") is not var (protocol, operation)) return;
        JsonObject arguments = request.Write is { } write ? operation.Arguments([write]) : operation.Arguments([request.Path]);
        var result = await Jobs.EnqueueAsync(await Caller.GetAsync(), new JobRequest(Id, protocol.Id, operation.Id, arguments) { Priority = JobPriority.High }, CancellationToken.None);
        if (result.IsSuccess)
        {
            jobs.Add(at, result.Value);
            await SettleAsync(at, result.Value);
        }
        else if (at.Length == 0) problem = result.Problem;
        else rowProblem = result.Problem;
        StateHasChanged();
    }
}
