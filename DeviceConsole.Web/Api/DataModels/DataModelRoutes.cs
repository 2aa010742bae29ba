using DeviceConsole.Core;
using DeviceConsole.Core.DataModels;
using DeviceConsole.Web.Api.Shared;
using Microsoft.AspNetCore.Mvc;

namespace DeviceConsole.Web.Api.DataModels;

/// <summary>/api/v1/data-models.</summary>
public static class DataModelRoutes
{
    private const int MaximumPage = 1_000;

    /// <summary>Maps them.</summary>
    public static void MapDataModels(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/data-models").WithTags("Data models");
        group.MapGet("", ListAsync).Produces<ApiPage<DataModelView>>()
            .Describe("listDataModels", "List data models", "The data models that the tenant has imported, several versions side by side, the newest first.");
        group.MapPost("", ImportAsync).Accepts<byte[]>("application/zip", "application/xml", "application/octet-stream", "*/*").Produces<DataModelImport>(StatusCodes.Status201Created).Problems(409, 413)
            .WithMetadata(new RequestSizeLimitAttribute(DataModelLimits.Upload))
            .Describe("importDataModels", "Import data models", "The body is one XML document of the Broadband Forum's DM Schema, or a zip of a document with all that it imports; at most 32 MiB. `name` is the file's name. A model of the same name and specification is replaced. `errors` names file and line of what is wrong; then nothing is kept.");
        group.MapGet("/{id:guid}", GetAsync).Produces<DataModelView>().Problems(404)
            .Describe("getDataModel", "Get a data model", "What was imported, and how many objects, parameters, commands and events it has.");
        group.MapGet("/{id:guid}/nodes", NodesAsync).Produces<ApiPage<ModelNode>>().Problems(404)
            .Describe("listDataModelNodes", "List what a data model describes", "Objects, parameters, commands and events in the order of the document, with types, access and descriptions. `path` keeps those at and below a path, of the model (`Device.WiFi.Radio.{i}.`) or of a device (`Device.WiFi.Radio.2.Channel`); `search` those whose path or description contains the text.");
        group.MapDelete("/{id:guid}", DeleteAsync).Produces(StatusCodes.Status204NoContent).Problems(404)
            .Describe("deleteDataModel", "Delete a data model", "Devices and their parameters stay as they are.");
    }

    private static async Task<IResult> ListAsync(ApiCaller caller, DataModelService models, CancellationToken cancellationToken)
    {
        var list = await models.ListAsync(caller.Caller, cancellationToken);
        return list.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<DataModelView>(list.Value, null));
    }

    private static async Task<IResult> ImportAsync(ApiCaller caller, HttpRequest request, DataModelService models, CancellationToken cancellationToken, string? name = null)
    {
        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content, cancellationToken);
        var imported = await models.ImportAsync(caller.Caller, [new DataModelFile(string.IsNullOrWhiteSpace(name) ? "upload" : name, content.GetBuffer().AsMemory(0, (int)content.Length))], cancellationToken);
        if (imported.Problem is { } problem) return problem.ToResult();
        return Results.Created(imported.Value.Models is [var only] ? $"/api/v1/data-models/{only.Id}" : "/api/v1/data-models", imported.Value);
    }

    private static async Task<IResult> GetAsync(ApiCaller caller, Guid id, DataModelService models, CancellationToken cancellationToken)
    {
        var model = await models.FindAsync(caller.Caller, id, cancellationToken);
        return model.Problem is { } problem ? problem.ToResult() : Results.Ok(model.Value);
    }

    private static async Task<IResult> NodesAsync(ApiCaller caller, Guid id, HttpRequest request, DataModelService models, CancellationToken cancellationToken,
        string? path = null, string? search = null, string? after = null, int limit = 100)
    {
        if (limit is < 1 or > MaximumPage) return ApiProblems.Invalid("limit", $"A page has 1 to {MaximumPage} rows.");
        var found = await models.GetAsync(caller.Caller, id, cancellationToken);
        if (found.Problem is { } problem) return problem.ToResult();
        var nodes = string.IsNullOrWhiteSpace(search) ? found.Value.Model.Nodes : found.Value.Search(search.Trim());
        if (!string.IsNullOrWhiteSpace(path))
        {
            var under = found.Value.Find(path)?.Path ?? DataModelIndex.PatternOf(path);
            nodes = under.EndsWith('.') ? nodes.Where(n => n.Path.StartsWith(under, StringComparison.Ordinal)) : nodes.Where(n => n.Path == under);
        }

        if (after is not null)
        {
            if (found.Value.Find(after) is null) return ApiProblems.Invalid("after", "The cursor does not belong to this list; start again without it.");
            nodes = nodes.SkipWhile(n => n.Path != after).Skip(1);
        }

        var page = nodes.Take(limit + 1).ToList();
        var next = page.Count > limit ? page[limit - 1].Path : null;
        return Results.Ok(new Page<ModelNode>([.. page.Take(limit)], next).ToApi(request, n => n));
    }

    private static async Task<IResult> DeleteAsync(ApiCaller caller, Guid id, DataModelService models, CancellationToken cancellationToken)
    {
        var deleted = await models.DeleteAsync(caller.Caller, id, cancellationToken);
        return deleted.Problem is { } problem ? problem.ToResult() : Results.NoContent();
    }
}
