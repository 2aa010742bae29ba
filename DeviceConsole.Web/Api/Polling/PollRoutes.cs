using DeviceConsole.Core;
using DeviceConsole.Core.Polling;
using DeviceConsole.Web.Api.Shared;

namespace DeviceConsole.Web.Api.Polling;

/// <summary>/api/v1/poll-profiles, and what was measured of a device.</summary>
public static class PollRoutes
{
    /// <summary>Maps them.</summary>
    public static void MapPolling(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/poll-profiles").WithTags("Polling");
        group.MapGet("", async (ApiCaller caller, PollService service, CancellationToken cancellationToken) => Page(await service.ListAsync(caller.Caller, cancellationToken)))
            .Produces<ApiPage<PollProfileView>>().Describe("listPollProfiles", "List polling profiles", "By name, all on one page.");
        group.MapPost("", async (ApiCaller caller, PollProfileBody body, PollService service, CancellationToken cancellationToken) =>
            {
                var made = await service.CreateAsync(caller.Caller, body.ToInput(), cancellationToken);
                return made.Problem is { } problem ? problem.ToResult() : Results.Created($"/api/v1/poll-profiles/{made.Value.Id}", made.Value);
            })
            .Produces<PollProfileView>(StatusCodes.Status201Created).Describe("createPollProfile", "Create a polling profile", "Its devices are read within the interval, spread over it. Counters become rates per second.");
        group.MapGet("/{id:guid}", async (ApiCaller caller, Guid id, PollService service, CancellationToken cancellationToken) => Answer(await service.GetAsync(caller.Caller, id, cancellationToken)))
            .Produces<PollProfileView>().Problems(404).Describe("getPollProfile", "Get a polling profile", "With how many devices it reads.");
        group.MapPut("/{id:guid}", async (ApiCaller caller, Guid id, PollProfileBody body, PollService service, CancellationToken cancellationToken) =>
                Answer(await service.UpdateAsync(caller.Caller, id, body.ToInput(), cancellationToken)))
            .Produces<PollProfileView>().Problems(404).Describe("updatePollProfile", "Replace a polling profile", "Samples of objects that stay go on.");
        group.MapDelete("/{id:guid}", async (ApiCaller caller, Guid id, PollService service, CancellationToken cancellationToken) =>
            {
                var deleted = await service.DeleteAsync(caller.Caller, id, cancellationToken);
                return deleted.Problem is { } problem ? problem.ToResult() : Results.NoContent();
            })
            .Produces(StatusCodes.Status204NoContent).Problems(404).Describe("deletePollProfile", "Delete a polling profile", "What it has measured is not shown any more.");
        var measured = api.MapGroup("/devices/{id:guid}").WithTags("Polling");
        measured.MapGet("/series", async (ApiCaller caller, Guid id, SampleService service, CancellationToken cancellationToken) => Page(await service.SeriesAsync(caller.Caller, id, cancellationToken)))
            .Produces<ApiPage<PollSeries>>().Problems(404).Describe("listDeviceSeries", "List what is measured of a device", "One entry an instance.");
        measured.MapGet("/samples", SamplesAsync).Produces<ApiPage<SeriesPoints>>().Problems(404)
            .Describe("listDeviceSamples", "Get what was measured of a device", "All rows of one `object`, by default of the last hour, averaged into at most `steps` steps with their least and most.");
    }

    private static async Task<IResult> SamplesAsync(ApiCaller caller, Guid id, SampleService service, TimeProvider time, CancellationToken cancellationToken,
        string @object = "", DateTimeOffset? from = null, DateTimeOffset? to = null, int steps = 300)
    {
        var series = await service.SeriesAsync(caller.Caller, id, cancellationToken);
        if (series.Problem is { } problem) return problem.ToResult();
        var until = to ?? time.GetUtcNow();
        return Page(await service.PointsAsync(caller.Caller, id, [.. series.Value.Where(s => @object.Length == 0 || s.Object == @object).Take(SampleService.MaximumSeries)], from ?? until.AddHours(-1), until, steps, cancellationToken));
    }

    private static IResult Answer(Result<PollProfileView> result) => result.Problem is { } problem ? problem.ToResult() : Results.Ok(result.Value);

    private static IResult Page<T>(Result<IReadOnlyList<T>> result) => result.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<T>(result.Value, null));
}
