using DeviceConsole.Core.Scheduling;
using DeviceConsole.Web.Api.Shared;

namespace DeviceConsole.Web.Api.Schedules;

/// <summary>/api/v1/schedules.</summary>
public static class ScheduleRoutes
{
    /// <summary>Maps them.</summary>
    public static void MapSchedules(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/schedules").WithTags("Schedules");
        group.MapGet("", async (ApiCaller caller, ScheduleService schedules, CancellationToken cancellationToken) =>
                Results.Ok(new ApiPage<ScheduleResource>([.. (await schedules.ListAsync(caller.Caller, cancellationToken)).Select(ScheduleResource.Of)], null)))
            .Produces<ApiPage<ScheduleResource>>()
            .Describe("listSchedules", "List schedules", "All of the tenant's schedules that the caller may see, on one page.");
        group.MapPost("", CreateAsync).Produces<ScheduleResource>(StatusCodes.Status201Created).Problems(404, 409)
            .Describe("createSchedule", "Create a schedule", "At each of its times it makes one job a device.");
        group.MapGet("/{id:guid}", GetAsync).Produces<ScheduleResource>().Problems(404)
            .Describe("getSchedule", "Get a schedule", "With its next runs.");
        group.MapPut("/{id:guid}", UpdateAsync).Produces<ScheduleResource>().Problems(404, 409)
            .Describe("updateSchedule", "Replace a schedule", "Everything is replaced.");
        group.MapDelete("/{id:guid}", DeleteAsync).Produces(StatusCodes.Status204NoContent).Problems(404)
            .Describe("deleteSchedule", "Delete a schedule", "The jobs that it has made stay.");
    }

    private static async Task<IResult> CreateAsync(ApiCaller caller, ScheduleBody body, ScheduleService schedules, CancellationToken cancellationToken)
    {
        var made = await schedules.CreateAsync(caller.Caller, body.ToInput(), cancellationToken);
        return made.Problem is { } problem ? problem.ToResult() : Results.Created($"/api/v1/schedules/{made.Value.Id}", ScheduleResource.Of(made.Value));
    }

    private static async Task<IResult> GetAsync(ApiCaller caller, Guid id, ScheduleService schedules, CancellationToken cancellationToken)
    {
        var schedule = await schedules.GetAsync(caller.Caller, id, cancellationToken);
        return schedule.Problem is { } problem ? problem.ToResult() : Results.Ok(ScheduleResource.Of(schedule.Value));
    }

    private static async Task<IResult> UpdateAsync(ApiCaller caller, Guid id, ScheduleBody body, ScheduleService schedules, CancellationToken cancellationToken)
    {
        var schedule = await schedules.UpdateAsync(caller.Caller, id, body.ToInput(), cancellationToken);
        return schedule.Problem is { } problem ? problem.ToResult() : Results.Ok(ScheduleResource.Of(schedule.Value));
    }

    private static async Task<IResult> DeleteAsync(ApiCaller caller, Guid id, ScheduleService schedules, CancellationToken cancellationToken)
    {
        var deleted = await schedules.DeleteAsync(caller.Caller, id, cancellationToken);
        return deleted.Problem is { } problem ? problem.ToResult() : Results.NoContent();
    }
}
