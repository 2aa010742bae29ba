using DeviceConsole.Core;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Web.Api.Shared;
using DeviceConsole.Web.Hosting;

namespace DeviceConsole.Web.Api.Mibs;

/// <summary>One difference of two results.</summary>
/// <param name="Change">Added, removed or changed.</param>
/// <param name="Oid">The instance.</param>
/// <param name="Name">The instance by name; null where no module names it.</param>
/// <param name="Before">In the first; null where it has none.</param>
/// <param name="After">In the second; null where it has none.</param>
public sealed record WalkDifferenceResource(WalkChange Change, string Oid, string? Name, string? Before, string? After);

/// <summary>Two results side by side.</summary>
/// <param name="Added">In the second only.</param>
/// <param name="Removed">In the first only.</param>
/// <param name="Changed">In both, and not the same.</param>
/// <param name="Same">The same in both.</param>
/// <param name="Ignored">Counters and times that were left out.</param>
/// <param name="Items">The differences, from <c>offset</c> on.</param>
public sealed record WalkDiffResource(int Added, int Removed, int Changed, int Same, int Ignored, IReadOnlyList<WalkDifferenceResource> Items);

/// <summary>Results of jobs as files, as tables and side by side.</summary>
public static class WalkRoutes
{
    private const int MostItems = 1_000;
    private const string CsvType = "text/csv; charset=utf-8";

    /// <summary>Maps them below /api/v1/mibs.</summary>
    public static void MapWalks(this RouteGroupBuilder group)
    {
        group.MapGet("/export/table", TableAsync).Produces<string>(StatusCodes.Status200OK, "text/csv").Problems(404)
            .Describe("exportMibTable", "Export a table as CSV", "The values of `job` as rows and columns by the MIB: RFC 4180, UTF-8, safe to open in a spreadsheet. `sort` is a column's object identifier, `filter` words that a row contains.");
        group.MapGet("/export/diff", DiffFileAsync).Produces<string>(StatusCodes.Status200OK, "text/csv").Problems(404)
            .Describe("exportWalkDiff", "Export a difference of two walks as CSV", "As the walk-diff, all of it.");
        group.MapGet("/walk-diff", DiffAsync).Produces<WalkDiffResource>().Problems(404)
            .Describe("diffWalks", "Compare two walks", "The values of the jobs `before` and `after`, of one device at two moments or of two devices. Counters and times are left out unless `counters=true`. At most 1,000 differences a call, from `offset` on.");
    }

    /// <summary>Maps the files for pages, behind the log-in: the browser's own session in place of a token.</summary>
    public static void MapWalkDownloads(this IEndpointRouteBuilder app)
    {
        app.MapGet("/library/mibs/export/values/{id:guid}", ValuesAsync).RequireAuthorization().OnUi().ExcludeFromDescription();
        app.MapGet("/library/mibs/export/table", TableAsync).RequireAuthorization().OnUi().ExcludeFromDescription();
        app.MapGet("/library/mibs/export/diff", DiffFileAsync).RequireAuthorization().OnUi().ExcludeFromDescription();
    }

    /// <summary>The values of a job as a file; below /api/v1/jobs.</summary>
    public static async Task<IResult> ValuesAsync(ApiCaller caller, Guid id, JobResults results, ParameterNames names, CancellationToken cancellationToken)
    {
        var opened = await results.OpenAsync(caller.Caller, id, cancellationToken);
        if (opened.Problem is { } problem) return problem.ToResult();
        var tree = await names.TreeAsync(caller.Caller, [opened.Value.Job.Protocol], cancellationToken);
        return Results.Stream(output => WalkExport.WalkAsync(tree, opened.Value.Values, output, cancellationToken), CsvType, "values.csv");
    }

    private static async Task<IResult> TableAsync(ApiCaller caller, Guid job, JobResults results, ParameterNames names, CancellationToken cancellationToken, string? sort = null, bool descending = false, string filter = "")
    {
        var opened = await results.OpenAsync(caller.Caller, job, cancellationToken);
        if (opened.Problem is { } problem) return problem.ToResult();
        if (await names.TreeAsync(caller.Caller, [opened.Value.Job.Protocol], cancellationToken) is not { } tree) return ApiProblems.Invalid("job", "The values of this job have no names in a MIB, so there is no table.");
        var values = opened.Value.Values;
        var table = MibTableCache.Of(tree, values);
        var rows = MibTableCache.Order(values, tree, table, new MibTableView(sort, descending, filter));
        return Results.Stream(output => WalkExport.TableAsync(tree, values, table, rows, output, cancellationToken), CsvType, "table.csv");
    }

    private static async Task<IResult> DiffFileAsync(ApiCaller caller, Guid before, Guid after, JobResults results, ParameterNames names, CancellationToken cancellationToken, bool counters = false)
    {
        var (two, problem) = await OpenAsync(caller, before, after, results, names, cancellationToken);
        if (two is not { } open) return problem!.ToResult();
        var diff = WalkDiff.Of(open.First, open.Second, counters);
        return Results.Stream(output => WalkExport.DiffAsync(open.Tree, open.First, open.Second, diff, output, cancellationToken), CsvType, "diff.csv");
    }

    private static async Task<IResult> DiffAsync(ApiCaller caller, Guid before, Guid after, JobResults results, ParameterNames names, CancellationToken cancellationToken, bool counters = false, int offset = 0)
    {
        if (offset < 0) return ApiProblems.Invalid("offset", "The offset is 0 or more.");
        var (two, problem) = await OpenAsync(caller, before, after, results, names, cancellationToken);
        if (two is not { } open) return problem!.ToResult();
        var diff = WalkDiff.Of(open.First, open.Second, counters);
        return Results.Ok(new WalkDiffResource(diff.Added, diff.Removed, diff.Changed, diff.Same, diff.Ignored, [.. diff.Differences.Skip(offset).Take(MostItems).Select(d => Resource(open.Tree, open.First, open.Second, d))]));
    }

    private static WalkDifferenceResource Resource(MibTree? tree, StoredValues first, StoredValues second, WalkDifference difference)
    {
        var was = difference.Before < 0 ? null : first[difference.Before];
        var now = difference.After < 0 ? null : second[difference.After];
        ParameterValue either = (now ?? was)!;
        return new WalkDifferenceResource(difference.Change, either.Path, tree is null ? null : ParameterNames.Describe(tree, either).Name, was?.Value, now?.Value);
    }

    private static async Task<((StoredValues First, StoredValues Second, MibTree? Tree)?, Problem?)> OpenAsync(ApiCaller caller, Guid before, Guid after, JobResults results, ParameterNames names, CancellationToken cancellationToken)
    {
        var first = await results.OpenAsync(caller.Caller, before, cancellationToken);
        if (first.Problem is { } missing) return (null, missing);
        var second = await results.OpenAsync(caller.Caller, after, cancellationToken);
        if (second.Problem is { } gone) return (null, gone);
        return ((first.Value.Values, second.Value.Values, await names.TreeAsync(caller.Caller, [first.Value.Job.Protocol, second.Value.Job.Protocol], cancellationToken)), null);
    }
}
