using DeviceConsole.Core;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Web.Auth;
using DeviceConsole.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;

namespace DeviceConsole.Web.Components.Library.Mibs;

/// <summary>Two stored results side by side; the address holds both. The circuit keeps the counts and a window of the differences.</summary>
public sealed partial class WalkComparePage
{
    private sealed record Row(WalkChange Change, string Path, string? Name, string? Before, string? After);

    private sealed record Counts(int Differences, int Added, int Removed, int Changed, int Same, int Ignored);

    private Virtualize<Row>? window;
    private JobView? first, second;
    private Counts? diff;
    private Problem? problem;
    private (Guid?, Guid?, bool)? loaded;

    /// <summary>The first job.</summary>
    [SupplyParameterFromQuery(Name = "before")] public Guid? Before { get; set; }

    /// <summary>The second job.</summary>
    [SupplyParameterFromQuery(Name = "after")] public Guid? After { get; set; }

    /// <summary>True: counters and times are compared as well.</summary>
    [SupplyParameterFromQuery(Name = "counters")] public bool Counters { get; set; }

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private ParameterNames Names { get; set; } = default!;
    [Inject] private JobResults Results { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (loaded == (Before, After, Counters)) return;
        loaded = (Before, After, Counters);
        (diff, problem) = (null, null);
        first = await JobAsync(Before);
        second = await JobAsync(After);
        if (first is null || second is null || await OpenAsync(CancellationToken.None) is not { } open) return;
        var made = await Task.Run(() => Diff(open.First, open.Second));
        diff = new Counts(made.Differences.Count, made.Added, made.Removed, made.Changed, made.Same, made.Ignored);
        if (window is not null) await window.RefreshDataAsync();
    }

    private async Task<JobView?> JobAsync(Guid? id)
    {
        if (id is not { } job) return null;
        var opened = await Results.OpenAsync(await Caller.GetAsync(), job, CancellationToken.None);
        problem ??= opened.Problem;
        return opened.IsSuccess ? opened.Value.Job : null;
    }

    private async Task<(StoredValues First, StoredValues Second, MibTree? Tree)?> OpenAsync(CancellationToken cancellationToken)
    {
        var caller = await Caller.GetAsync();
        if (first is null || second is null) return null;
        var (one, two) = (await Results.OpenAsync(caller, first.Id, cancellationToken), await Results.OpenAsync(caller, second.Id, cancellationToken));
        if (!one.IsSuccess || !two.IsSuccess) return null;
        return (one.Value.Values, two.Value.Values, await Names.TreeAsync(caller, [first.Protocol, second.Protocol], cancellationToken));
    }

    // Kept beside the second result, which is compared with few others.
    private WalkDiff Diff(StoredValues one, StoredValues two) => two.Derive($"diff {first!.Id} {Counters}", values => WalkDiff.Of(one, values, Counters));

    private async ValueTask<ItemsProviderResult<Row>> ProvideAsync(ItemsProviderRequest request)
    {
        if (await OpenAsync(request.CancellationToken) is not { } open) return new([], 0);
        var all = Diff(open.First, open.Second).Differences;
        return new([.. all.Skip(request.StartIndex).Take(request.Count).Select(d => Line(open.First, open.Second, open.Tree, d))], all.Count);
    }

    private static Row Line(StoredValues one, StoredValues two, MibTree? tree, WalkDifference difference)
    {
        var was = difference.Before < 0 ? null : one[difference.Before];
        var now = difference.After < 0 ? null : two[difference.After];
        var before = tree is null || was is null ? default : ParameterNames.Describe(tree, was);
        var after = tree is null || now is null ? default : ParameterNames.Describe(tree, now);
        return new Row(difference.Change, (now ?? was)!.Path, after.Name ?? before.Name, before.Text ?? was?.Value, after.Text ?? now?.Value);
    }

    private void Choose(string which, Guid? id) => Navigation.NavigateTo(Navigation.With((which, id?.ToString())), replace: true);
}
