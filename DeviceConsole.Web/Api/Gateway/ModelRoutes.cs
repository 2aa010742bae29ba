using System.Text.Json.Nodes;
using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Web.Api.Shared;

namespace DeviceConsole.Web.Api.Gateway;

/// <summary>Quirks of a model as they are entered.</summary>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Manufacturer">As the devices say it.</param>
/// <param name="Model">Model or product class.</param>
/// <param name="Firmware">* for every one without an entry of its own.</param>
/// <param name="Quirks">Values by the ids of the protocol's quirks.</param>
public sealed record QuirksBody(string? Protocol, string? Manufacturer, string? Model, string? Firmware, JsonObject? Quirks);

/// <summary>/api/v1/quirks and /api/v1/quarantine: what is known of models of devices.</summary>
public static class ModelRoutes
{
    /// <summary>Maps them.</summary>
    public static void MapModels(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("").WithTags("Models");
        group.MapGet("/quirks", async (ApiCaller caller, QuirkService service, CancellationToken cancellationToken) => Answer(await service.ListAsync(caller.Caller, cancellationToken)))
            .Produces<ApiPage<ModelQuirks>>().Describe("listQuirks", "List quirks of models", "How models want to be talked to: what was entered, and what was learnt. What was entered wins.");
        group.MapPut("/quirks", async (ApiCaller caller, QuirksBody body, QuirkService service, CancellationToken cancellationToken) =>
                NoContent(await service.SaveAsync(caller.Caller, body.Protocol ?? "", ModelOf(body), body.Quirks ?? [], cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Problems(404).Describe("putQuirks", "Set quirks of a model", "They replace what was entered for this manufacturer, model and firmware, and hold from the devices' next sessions on.");
        group.MapPost("/quirks/forget", async (ApiCaller caller, QuirksBody body, QuirkService service, CancellationToken cancellationToken) =>
                NoContent(await service.DeleteAsync(caller.Caller, body.Protocol ?? "", ModelOf(body), cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Problems(404).Describe("forgetQuirks", "Forget quirks of a model", "What was entered and what was learnt; the product learns anew.");
        group.MapGet("/quarantine", async (ApiCaller caller, QuarantineService service, CancellationToken cancellationToken) => Answer(await service.ListAsync(caller.Caller, cancellationToken)))
            .Produces<ApiPage<QuarantinedTask>>().Describe("listQuarantine", "List tasks during which devices vanished", "Those with `stoppedAt` are not asked of the model any more; jobs for them fail with `task.quarantined`.");
        group.MapPost("/quarantine/{id:guid}/release", async (ApiCaller caller, Guid id, QuarantineService service, CancellationToken cancellationToken) =>
                NoContent(await service.ReleaseAsync(caller.Caller, id, cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Problems(404).Describe("releaseQuarantine", "Release a task from quarantine", "It is asked of the model again, and counted from nothing.");
    }

    private static DeviceModel ModelOf(QuirksBody body) => new(body.Manufacturer?.Trim() ?? "", body.Model?.Trim() ?? "", body.Firmware?.Trim() ?? DeviceModel.AnyFirmware);

    private static IResult Answer<T>(Result<IReadOnlyList<T>> result) => result.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<T>(result.Value, null));

    private static IResult NoContent(Result<Done> result) => result.Problem is { } problem ? problem.ToResult() : Results.NoContent();
}
