using System.Globalization;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Web.Auth;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;

namespace DeviceConsole.Web.Components.Jobs;

/// <summary>What a device answered to a job: a window of the values, which stay on the server; with the names that the tenant's MIBs give them.</summary>
public sealed partial class JobResult
{
    // So many are simply drawn, in the static rendering, too.
    private const int MostDrawn = 60;

    private List<ResultRow>? few;
    private Virtualize<ResultRow>? window;
    private int[]? matches;
    private string filter = "";
    private bool hasRaw;
    private int count, shown;
    private (Guid Id, JobState State, int Revision) loaded;

    /// <summary>The job.</summary>
    [Parameter, EditorRequired] public JobView Job { get; set; } = default!;

    [Inject] private CurrentCaller Caller { get; set; } = default!;
    [Inject] private ParameterNames Names { get; set; } = default!;
    [Inject] private JobResults Results { get; set; } = default!;

    private string Words => Job.State switch
    {
        JobState.Queued => "The values come here when the job has run.",
        JobState.Running => "The device is being asked; its values come here by themselves.",
        JobState.Completed => "The device answered without values.",
        _ => "There are no values.",
    };

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var now = (Job.Id, Job.State, Job.Revision);
        if (loaded == now) return;
        if (loaded.Id != Job.Id) (filter, matches, count, few) = ("", null, 0, null);
        loaded = now;
        if (count == 0) await LoadAsync();
    }

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private async Task<(StoredValues Values, MibTree? Tree)?> OpenAsync(CancellationToken cancellationToken)
    {
        var caller = await Caller.GetAsync();
        var opened = await Results.OpenAsync(caller, Job.Id, cancellationToken);
        return opened.IsSuccess ? (opened.Value.Values, await Names.TreeAsync(caller, [Job.Protocol], cancellationToken)) : null;
    }

    private async Task LoadAsync()
    {
        if (await OpenAsync(CancellationToken.None) is not { } open) return;
        count = open.Values.Count;
        hasRaw = open.Values.Derive("raw", v => v.All().Any(x => x.RawHex is not null) ? "yes" : "no") == "yes";
        matches = filter.Length == 0 ? null : await Task.Run(() => Matching(open.Values, open.Tree, filter));
        shown = matches?.Length ?? count;
        few = shown <= MostDrawn ? [.. Enumerable.Range(0, shown).Select(i => Row(open.Values, open.Tree, matches is null ? i : matches[i]))] : null;
        if (few is null && window is not null) await window.RefreshDataAsync();
    }

    private static int[] Matching(StoredValues values, MibTree? tree, string text)
    {
        var found = new List<int>();
        for (var i = 0; i < values.Count; i++)
        {
            if (ResultFilter.Matches(Row(values, tree, i), text)) found.Add(i);
        }
        return [.. found];
    }

    private static ResultRow Row(StoredValues values, MibTree? tree, int place)
    {
        var value = values[place];
        return new ResultRow(value, tree is null ? new ShownName(null, null, []) : ParameterNames.Describe(tree, value));
    }

    private async ValueTask<ItemsProviderResult<ResultRow>> ProvideAsync(ItemsProviderRequest request)
    {
        if (await OpenAsync(request.CancellationToken) is not { } open) return new([], 0);
        var all = matches?.Length ?? open.Values.Count;
        var end = Math.Min(request.StartIndex + request.Count, all);
        return new([.. Enumerable.Range(request.StartIndex, Math.Max(0, end - request.StartIndex)).Select(i => Row(open.Values, open.Tree, matches is null ? i : matches[i]))], all);
    }

    private Task FilterAsync(string text)
    {
        filter = text;
        return LoadAsync();
    }
}
