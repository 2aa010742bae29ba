using DeviceConsole.Core;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Web.Api.Shared;
using Microsoft.AspNetCore.Mvc;

namespace DeviceConsole.Web.Api.Mibs;

/// <summary>/api/v1/mibs.</summary>
public static class MibRoutes
{
    private const long MaximumBody = MibArchive.MaximumUpload + 1024 * 1024;

    /// <summary>Maps them.</summary>
    public static void MapMibs(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/mibs").WithTags("MIBs");
        group.MapGet("", ListAsync).Produces<ApiPage<MibModuleRow>>()
            .Describe("listMibs", "List MIB modules", "The modules that were uploaded, by name. Of several revisions of a name one is active. The base modules are built in and not listed.");
        group.MapPost("", UploadAsync).Produces<MibUploadResult>().Problems(409, 413)
            .DisableAntiforgery().WithMetadata(new RequestSizeLimitAttribute(MaximumBody), new RequestFormLimitsAttribute { MultipartBodyLengthLimit = MaximumBody })
            .Describe("uploadMibs", "Upload MIB modules", "One or more files in the field `files` of a multipart form: modules as they are, or zip and tar archives (gzipped or not) of them; 32 MB at most, 100 MB unpacked (`POST /mibs/uploads` takes more). A module with mistakes is stored with its diagnostics and is no error. Modules that were waiting for one of these are compiled again.");
        // A body that is no form: the address behind all others would say that there is none.
        group.MapPost("", () => ApiProblems.Result(StatusCodes.Status415UnsupportedMediaType, "Send the files as multipart/form-data, in the field 'files'.")).ExcludeFromDescription();
        group.MapGet("/{id:guid}", GetAsync).Produces<MibModuleDetail>().Problems(404)
            .Describe("getMib", "Get a MIB module", "With its diagnostics: file, line, column and a sentence.");
        group.MapDelete("/{id:guid}", DeleteAsync).Produces(StatusCodes.Status204NoContent).Problems(404, 409)
            .Describe("deleteMib", "Delete a MIB module", "Its file goes with it, and so does any other module in the same file. A 409 names the modules that import it; `withImporters=true` deletes those as well.");
        group.MapGet("/{id:guid}/revisions", RevisionsAsync).Produces<ApiPage<MibModuleRow>>().Problems(404)
            .Describe("listMibRevisions", "List the revisions of a MIB module", "The one in force first.");
        group.MapGet("/{id:guid}/diff", CompareAsync).Produces<MibModuleDiff>().Problems(404)
            .Describe("diffMib", "Compare two revisions of a MIB module", "`from` is the id of the other revision; the answer tells what changes from it to this one: definitions and types added, removed, changed.");
        group.MapGet("/{id:guid}/dependencies", DependenciesAsync).Produces<MibDependencies>().Problems(404)
            .Describe("getMibDependencies", "What a MIB module imports, and what imports it", "Directly (`steps` is 1) and through others.");
        group.MapGet("/missing", MissingAsync).Produces<ApiPage<MibMissing>>()
            .Describe("listMissingMibs", "List imported modules that are not there", "Each with the modules that wait for it, the one most needed first.");
        group.MapGet("/uploads", UploadsAsync).Produces<ApiPage<MibUploadRow>>()
            .Describe("listMibUploads", "List uploads of MIB modules", "Newest first, refused ones among them; the newest 1,000 are kept.");
        group.MapGet("/uploads/{id:guid}", GetUploadAsync).Produces<MibUploadDetail>().Problems(404)
            .Describe("getMibUpload", "Get an upload of MIB modules", "Its files with their modules and what came of them.");
        group.MapUploads();
        group.MapPut("/{id:guid}/pin", PinAsync).Produces(StatusCodes.Status204NoContent).Problems(404)
            .Describe("pinMib", "Choose the revision that counts", "Of several revisions of a module the one last updated counts, unless one is pinned.");
        group.MapGet("/lookup", LookUpAsync).Produces<MibNodeDetail>().Problems(404)
            .Describe("lookUpMib", "Look up a name or an object identifier", "`q` is `sysDescr.0`, `IF-MIB::ifDescr`, or `1.3.6.1.2.1.2.2.1.2.3`: the answer is the deepest named place on the way, with the numbers behind it in `instance`.");
        group.MapGet("/search", SearchAsync).Produces<ApiPage<MibNodeResource>>()
            .Describe("searchMibs", "Search names", "Places whose name contains `search`, those that begin with it first; or, where it is a number, what stands at and below it. `in=descriptions` looks into what the modules say of their objects instead, for all the words. At most 200.");
        group.MapWalks();
        group.MapGet("/children", ChildrenAsync).Produces<ApiPage<MibNodeResource>>().Problems(404)
            .Describe("listMibChildren", "List the places below one", "`oid` is where to look; empty for the roots.");
    }

    private static async Task<IResult> ListAsync(ApiCaller caller, MibLibrary library, CancellationToken cancellationToken)
    {
        var modules = await library.ListAsync(caller.Caller, cancellationToken);
        return modules.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<MibModuleRow>(modules.Value, null));
    }

    private static async Task<IResult> UploadAsync(ApiCaller caller, IFormFileCollection files, MibLibrary library, CancellationToken cancellationToken)
    {
        var sources = new List<MibSource>(files.Count);
        foreach (var file in files)
        {
            using var bytes = new MemoryStream((int)Math.Min(file.Length, MibArchive.MaximumUpload));
            await file.CopyToAsync(bytes, cancellationToken);
            sources.Add(new MibSource(file.FileName, bytes.ToArray()));
        }
        var result = await library.UploadAsync(caller.Caller, sources, null, cancellationToken);
        return result.Problem is { } problem ? problem.ToResult() : Results.Ok(result.Value);
    }

    private static async Task<IResult> GetAsync(ApiCaller caller, Guid id, MibLibrary library, CancellationToken cancellationToken)
    {
        var module = await library.GetAsync(caller.Caller, id, cancellationToken);
        return module.Problem is { } problem ? problem.ToResult() : Results.Ok(module.Value);
    }

    private static async Task<IResult> DeleteAsync(ApiCaller caller, Guid id, MibLibrary library, CancellationToken cancellationToken, bool withImporters = false)
    {
        var deleted = await library.DeleteAsync(caller.Caller, id, withImporters, cancellationToken);
        return deleted.Problem is { } problem ? problem.ToResult() : Results.NoContent();
    }

    private static async Task<IResult> PinAsync(ApiCaller caller, Guid id, MibPinBody body, MibLibrary library, CancellationToken cancellationToken)
    {
        var pinned = await library.PinAsync(caller.Caller, id, body.Pinned, cancellationToken);
        return pinned.Problem is { } problem ? problem.ToResult() : Results.NoContent();
    }

    private static async Task<IResult> RevisionsAsync(ApiCaller caller, Guid id, MibRevisions revisions, CancellationToken cancellationToken)
    {
        var rows = await revisions.ListAsync(caller.Caller, id, cancellationToken);
        return rows.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<MibModuleRow>(rows.Value, null));
    }

    private static async Task<IResult> CompareAsync(ApiCaller caller, Guid id, MibRevisions revisions, CancellationToken cancellationToken, Guid? from = null)
    {
        var compared = await revisions.CompareAsync(caller.Caller, from ?? id, id, cancellationToken);
        return compared.Problem is { } problem ? problem.ToResult() : Results.Ok(compared.Value);
    }

    private static async Task<IResult> DependenciesAsync(ApiCaller caller, Guid id, MibRevisions revisions, CancellationToken cancellationToken)
    {
        var found = await revisions.DependenciesAsync(caller.Caller, id, cancellationToken);
        return found.Problem is { } problem ? problem.ToResult() : Results.Ok(found.Value);
    }

    private static async Task<IResult> MissingAsync(ApiCaller caller, MibRevisions revisions, CancellationToken cancellationToken)
    {
        var missing = await revisions.MissingAsync(caller.Caller, cancellationToken);
        return missing.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<MibMissing>(missing.Value, null));
    }

    private static async Task<IResult> UploadsAsync(ApiCaller caller, HttpRequest request, MibUploads uploads, CancellationToken cancellationToken, string? after = null, int limit = 50)
    {
        if (limit is < 1 or > 200) return ApiProblems.Invalid("limit", "A page has 1 to 200 uploads.");
        var page = await uploads.ListAsync(caller.Caller, after, limit, cancellationToken);
        return page.Problem is { } problem ? problem.ToResult() : Results.Ok(page.Value.ToApi(request, row => row));
    }

    private static async Task<IResult> GetUploadAsync(ApiCaller caller, Guid id, MibUploads uploads, CancellationToken cancellationToken)
    {
        var upload = await uploads.GetAsync(caller.Caller, id, cancellationToken);
        return upload.Problem is { } problem ? problem.ToResult() : Results.Ok(upload.Value);
    }

    private static async Task<IResult> LookUpAsync(ApiCaller caller, MibBrowser browser, CancellationToken cancellationToken, string q = "")
    {
        var found = await browser.LookUpAsync(caller.Caller, q, cancellationToken);
        return found.Problem is { } problem ? problem.ToResult() : Results.Ok(found.Value);
    }

    private static async Task<IResult> SearchAsync(ApiCaller caller, MibBrowser browser, CancellationToken cancellationToken, string search = "", int limit = 50, string @in = "names")
    {
        if (limit is < 1 or > MibBrowser.MaximumFound) return ApiProblems.Invalid("limit", $"A search gives 1 to {MibBrowser.MaximumFound} places.");
        if (@in is not ("names" or "descriptions")) return ApiProblems.Invalid("in", "Search in names or in descriptions.");
        var found = @in == "names" ? await browser.SearchAsync(caller.Caller, search, limit, cancellationToken) : await browser.SearchDescriptionsAsync(caller.Caller, search, limit, cancellationToken);
        return found.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<MibNodeResource>([.. found.Value.Select(MibNodeResource.Of)], null));
    }

    private static async Task<IResult> ChildrenAsync(ApiCaller caller, MibBrowser browser, CancellationToken cancellationToken, string oid = "")
    {
        var tree = await browser.TreeAsync(caller.Caller, cancellationToken);
        if (tree.Problem is { } problem) return problem.ToResult();
        if (oid.Length > 0 && tree.Value.Resolve(oid) is null) return ApiProblems.Invalid("oid", "Enter numbers with dots between them, or a name of the library.");
        if (tree.Value.Find(oid.Length == 0 ? [] : tree.Value.Resolve(oid)) is not { } node) return Problem.NotFound("place in the library").ToResult();
        return Results.Ok(new ApiPage<MibNodeResource>([.. node.Children.Select(MibNodeResource.Of)], null));
    }
}
