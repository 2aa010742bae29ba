using DeviceConsole.Core;
using DeviceConsole.Core.BulkData;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Web.Api.Shared;

namespace DeviceConsole.Web.Api.BulkData;

/// <summary>What a device is to report by itself.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Parameters">1 to 100.</param>
/// <param name="IntervalSeconds">Seconds between two reports, 10 to 86,400.</param>
/// <param name="Encoding"><c>json-hierarchy</c>, <c>json-pairs</c>, <c>csv-rows</c> or <c>csv-columns</c>.</param>
/// <param name="Separator">Between fields of CSV: a comma, a semicolon, a tab or a bar.</param>
/// <param name="Compress">With gzip, where the device can.</param>
/// <param name="Retained">How many reports that could not be delivered the device keeps, 0 to 100.</param>
/// <param name="Protocol">The protocol by which the device is set up; absent for the only one that can.</param>
public sealed record BulkProfileBody(string? Name, IReadOnlyList<BulkParameter>? Parameters, int IntervalSeconds = 300, string? Encoding = null, string? Separator = null, bool Compress = true, int Retained = 10, string? Protocol = null)
{
    /// <summary>What the service takes.</summary>
    public BulkProfileInput ToInput() => new()
    {
        Name = Name ?? "", Parameters = [.. (Parameters ?? []).Where(p => p is not null)], IntervalSeconds = IntervalSeconds, Encoding = Encoding ?? BulkEncodings.JsonHierarchy, Separator = Separator ?? ",", Compress = Compress,
        Retained = Retained, Protocol = Protocol ?? "",
    };
}

/// <summary>/api/v1/devices/{id}/bulk-profiles and /api/v1/bulk-profiles.</summary>
public static class BulkRoutes
{
    /// <summary>Maps them.</summary>
    public static void MapBulkData(this RouteGroupBuilder api)
    {
        var device = api.MapGroup("/devices/{id:guid}/bulk-profiles").WithTags("Bulk data");
        device.MapGet("", async (ApiCaller caller, Guid id, BulkService service, CancellationToken cancellationToken) =>
                await service.ListAsync(caller.Caller, id, cancellationToken) is { IsSuccess: true } found ? Results.Ok(new ApiPage<BulkProfileView>(found.Value, null)) : Problem.NotFound("device").ToResult())
            .Produces<ApiPage<BulkProfileView>>().Problems(404).Describe("listBulkProfiles", "List what a device reports by itself", "Its profiles of bulk data, how they stand, and what came last.");
        device.MapPost("", async (ApiCaller caller, Guid id, BulkProfileBody body, BulkService service, CancellationToken cancellationToken) =>
            {
                var made = await service.CreateAsync(caller.Caller, id, body.ToInput(), cancellationToken);
                return made.Problem is { } problem ? problem.ToResult() : Results.Created($"/api/v1/bulk-profiles/{made.Value.Id}", made.Value);
            })
            .Produces<BulkProfileView>(StatusCodes.Status201Created).Problems(404)
            .Describe("createBulkProfile", "Have a device report by itself", "A job writes the profile to the device, with a password of its own. Parameters may hold `*` for instance numbers, or be objects with a dot at their end.");

        var profiles = api.MapGroup("/bulk-profiles").WithTags("Bulk data");
        profiles.MapGet("/{id:guid}", async (ApiCaller caller, Guid id, BulkService service, CancellationToken cancellationToken) => Answer(await service.GetAsync(caller.Caller, id, cancellationToken)))
            .Produces<BulkProfileView>().Problems(404).Describe("getBulkProfile", "Get a profile of bulk data", "How it stands, and what came last.");
        profiles.MapPost("/{id:guid}/set-up", async (ApiCaller caller, Guid id, BulkService service, CancellationToken cancellationToken) => Answer(await service.SetUpAsync(caller.Caller, id, cancellationToken)))
            .Produces<BulkProfileView>().Problems(404).Describe("setUpBulkProfile", "Write a profile to its device once more", "After a job that failed, or where the device lost it.");
        profiles.MapDelete("/{id:guid}", async (ApiCaller caller, Guid id, BulkService service, CancellationToken cancellationToken, bool forget = false) =>
            {
                var removed = await service.RemoveAsync(caller.Caller, id, forget, cancellationToken);
                return removed.Problem is { } problem ? problem.ToResult() : Results.NoContent();
            })
            .Produces(StatusCodes.Status204NoContent).Problems(404)
            .Describe("removeBulkProfile", "End what a device reports by itself", "A job takes the profile off the device; nothing more is taken for it at once. With `forget` it is only forgotten here.");
    }

    private static IResult Answer(Result<BulkProfileView> result) => result.Problem is { } problem ? problem.ToResult() : Results.Ok(result.Value);
}
