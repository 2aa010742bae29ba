using DeviceConsole.Core.Mibs;
using DeviceConsole.Web.Api.Shared;
using Microsoft.AspNetCore.Mvc;

namespace DeviceConsole.Web.Api.Mibs;

/// <summary>Uploads of MIBs that a worker compiles.</summary>
public static class MibUploadRoutes
{
    // The library's own limit is smaller or says so in a sentence.
    private const long MaximumBody = 4L * 1024 * 1024 * 1024;

    /// <summary>Maps them below /api/v1/mibs.</summary>
    public static void MapUploads(this RouteGroupBuilder group)
    {
        group.MapPost("/uploads", SendAsync).Accepts<byte[]>("application/octet-stream", "*/*").Produces<MibUploadRow>(StatusCodes.Status202Accepted).Problems(409, 413)
            .WithMetadata(new RequestSizeLimitAttribute(MaximumBody))
            .Describe("sendMibs", "Upload a large archive of MIB modules", "The body is the file: a zip or tar archive (gzipped or not), or one module; `name` is its name. It is stored while it comes and compiled in the background, what others import first; the answer's `Location` tells how far it is. The limits are those of the section `Mibs` of the configuration.");
        group.MapGet("/uploads/{id:guid}/files", FilesAsync).Produces<ApiPage<MibUploadFile>>().Problems(404)
            .Describe("listMibUploadFiles", "List the files of such an upload", "With their modules and what came of them. `only` is `all`, `errors`, `missing`, `empty` or `again` (files of the library that were compiled again).");
        group.MapPost("/uploads/{id:guid}/cancel", CancelAsync).Produces(StatusCodes.Status204NoContent).Problems(404, 409)
            .Describe("cancelMibUpload", "Stop such an upload", "What was compiled by then stays in the library.");
    }

    private static async Task<IResult> SendAsync(ApiCaller caller, HttpRequest request, MibUploadDesk desk, MibUploads uploads, CancellationToken cancellationToken, string name = "upload")
    {
        var sent = await desk.ReceiveAsync(caller.Caller, [new MibUploadPart(name, request.ContentLength ?? -1, () => request.Body)], null, cancellationToken);
        if (sent.Problem is { } problem) return problem.ToResult();
        var upload = await uploads.GetAsync(caller.Caller, sent.Value, cancellationToken);
        return upload.Problem is { } gone ? gone.ToResult() : Results.Accepted($"/api/v1/mibs/uploads/{sent.Value}", upload.Value.Upload);
    }

    private static async Task<IResult> FilesAsync(ApiCaller caller, HttpRequest request, Guid id, MibUploads uploads, CancellationToken cancellationToken, string only = "all", string? after = null, int limit = 100)
    {
        if (limit is < 1 or > 500) return ApiProblems.Invalid("limit", "A page has 1 to 500 files.");
        if (int.TryParse(only, out _) || !Enum.TryParse<MibUploadOnly>(only, ignoreCase: true, out var which)) return ApiProblems.Invalid("only", "Ask for all, errors, missing, empty or again.");
        var page = await uploads.FilesAsync(caller.Caller, id, which, after, limit, cancellationToken);
        return page.Problem is { } problem ? problem.ToResult() : Results.Ok(page.Value.ToApi(request, file => file));
    }

    private static async Task<IResult> CancelAsync(ApiCaller caller, Guid id, MibUploadDesk desk, CancellationToken cancellationToken)
    {
        var stopped = await desk.CancelAsync(caller.Caller, id, cancellationToken);
        return stopped.Problem is { } problem ? problem.ToResult() : Results.NoContent();
    }
}
