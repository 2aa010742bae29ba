using DeviceConsole.Core;
using DeviceConsole.Core.Alarms;
using DeviceConsole.Web.Api.Shared;

namespace DeviceConsole.Web.Api.Alarms;

/// <summary>/api/v1/alarms, /alarm-rules, /alarm-suppressions and /events.</summary>
public static class AlarmRoutes
{
    /// <summary>Maps them.</summary>
    public static void MapAlarms(this RouteGroupBuilder api)
    {
        MapList(api.MapGroup("/alarms").WithTags("Alarms"));
        MapRules(api.MapGroup("").WithTags("Alarms"));
        api.MapGet("/events", async (ApiCaller caller, EventLog log, CancellationToken cancellationToken, string search = "", DateTimeOffset? before = null, int limit = 50) =>
            {
                var found = await log.ListAsync(caller.Caller, search, before, limit, cancellationToken);
                return found.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<LoggedEvent>(found.Value, null));
            })
            .WithTags("Alarms").Produces<ApiPage<LoggedEvent>>().Describe("listEvents", "List events of all devices", "The newest first. For the next page give the last row's `at` as `before`.");
    }

    private static void MapList(RouteGroupBuilder group)
    {
        group.MapGet("", ListAsync).Produces<ApiPage<AlarmView>>()
            .Describe("listAlarms", "List alarms", "The worst first, or with `order=time` the newest. `state` is raised (the default), cleared or all; `severity` may come several times.");
        group.MapGet("/{id:guid}", async (ApiCaller caller, Guid id, AlarmService service, CancellationToken cancellationToken) => Answer(await service.GetAsync(caller.Caller, id, cancellationToken)))
            .Produces<AlarmView>().Problems(404).Describe("getAlarm", "Get an alarm", "It keeps its id for as long as its device exists, however often it is raised.");
        group.MapGet("/{id:guid}/history", async (ApiCaller caller, Guid id, AlarmService service, CancellationToken cancellationToken) =>
            {
                var found = await service.HistoryAsync(caller.Caller, id, cancellationToken);
                return found.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<AlarmChange>(found.Value, null));
            })
            .Produces<ApiPage<AlarmChange>>().Problems(404).Describe("getAlarmHistory", "Get what became of an alarm", "The newest change first, at most 200.");
        group.MapPost("/acknowledge", async (ApiCaller caller, AlarmsBody body, AlarmService service, CancellationToken cancellationToken) =>
                Changed(await service.AcknowledgeAsync(caller.Caller, body.Ids ?? [], body.Note, cancellationToken)))
            .Produces<ChangedResource>().Describe("acknowledgeAlarms", "Acknowledge alarms", "Somebody takes them on. An alarm that ends and comes again, or gets worse, has to be taken on anew.");
        group.MapPost("/unacknowledge", async (ApiCaller caller, AlarmsBody body, AlarmService service, CancellationToken cancellationToken) =>
                Changed(await service.UnacknowledgeAsync(caller.Caller, body.Ids ?? [], body.Note, cancellationToken)))
            .Produces<ChangedResource>().Describe("unacknowledgeAlarms", "Take acknowledgements back", "Nobody works on them any more.");
        group.MapPost("/clear", async (ApiCaller caller, AlarmsBody body, AlarmService service, CancellationToken cancellationToken) =>
                Changed(await service.ClearAsync(caller.Caller, body.Ids ?? [], body.Note, cancellationToken)))
            .Produces<ChangedResource>().Describe("clearAlarms", "Clear alarms", "By hand; a condition that holds on raises them again.");
        group.MapPost("/suppress", async (ApiCaller caller, SuppressBody body, AlarmService service, CancellationToken cancellationToken) =>
                Changed(await service.SuppressAsync(caller.Caller, body.Ids ?? [], body.Until, body.Note, cancellationToken)))
            .Produces<ChangedResource>().Describe("suppressAlarms", "Suppress alarms", "They are kept, but neither shown nor counted until then.");
        group.MapPost("/resume", async (ApiCaller caller, AlarmsBody body, AlarmService service, CancellationToken cancellationToken) =>
                Changed(await service.ResumeAsync(caller.Caller, body.Ids ?? [], body.Note, cancellationToken)))
            .Produces<ChangedResource>().Describe("resumeAlarms", "End the suppression of alarms", "They are shown and counted again.");
    }

    private static void MapRules(RouteGroupBuilder group)
    {
        group.MapGet("/alarm-rules", async (ApiCaller caller, AlarmRuleService service, CancellationToken cancellationToken) => Page(await service.ListAsync(caller.Caller, cancellationToken)))
            .Produces<ApiPage<AlarmRuleView>>().Describe("listAlarmRules", "List alarm rules", "What makes alarms of events and traps: the built-in rules and the tenant's own.");
        group.MapPost("/alarm-rules", async (ApiCaller caller, AlarmRuleBody body, AlarmRuleService service, CancellationToken cancellationToken) =>
            {
                var made = await service.CreateAsync(caller.Caller, body.ToInput(), cancellationToken);
                return made.Problem is { } problem ? problem.ToResult() : Results.Created($"/api/v1/alarm-rules/{made.Value.Id}", made.Value);
            })
            .Produces<AlarmRuleView>(StatusCodes.Status201Created).Describe("createAlarmRule", "Create an alarm rule", "It works within 10 s.");
        group.MapGet("/alarm-rules/{id:guid}", async (ApiCaller caller, Guid id, AlarmRuleService service, CancellationToken cancellationToken) => Answer(await service.GetAsync(caller.Caller, id, cancellationToken)))
            .Produces<AlarmRuleView>().Problems(404).Describe("getAlarmRule", "Get an alarm rule", "With all that it says.");
        group.MapPut("/alarm-rules/{id:guid}", async (ApiCaller caller, Guid id, AlarmRuleBody body, AlarmRuleService service, CancellationToken cancellationToken) =>
                Answer(await service.UpdateAsync(caller.Caller, id, body.ToInput(), cancellationToken)))
            .Produces<AlarmRuleView>().Problems(404).Describe("updateAlarmRule", "Replace an alarm rule", "A built-in rule becomes the tenant's version of it.");
        group.MapDelete("/alarm-rules/{id:guid}", async (ApiCaller caller, Guid id, AlarmRuleService service, CancellationToken cancellationToken) =>
                NoContent(await service.DeleteAsync(caller.Caller, id, cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Problems(404).Describe("deleteAlarmRule", "Delete an alarm rule", "A built-in rule goes back to what it was.");
        group.MapGet("/alarm-suppressions", async (ApiCaller caller, AlarmRuleService service, CancellationToken cancellationToken) => Page(await service.SuppressionsAsync(caller.Caller, cancellationToken)))
            .Produces<ApiPage<AlarmSuppression>>().Describe("listAlarmSuppressions", "List suppressions by rule", "Those that have not ended.");
        group.MapPost("/alarm-suppressions", async (ApiCaller caller, SuppressionBody body, AlarmRuleService service, CancellationToken cancellationToken) =>
            {
                var made = await service.SuppressAsync(caller.Caller, new SuppressionInput(body.DeviceId, body.Key ?? "", body.Until, body.Reason ?? ""), cancellationToken);
                return made.Problem is { } problem ? problem.ToResult() : Results.Created($"/api/v1/alarm-suppressions/{made.Value}", new MadeResource(made.Value));
            })
            .Produces<MadeResource>(StatusCodes.Status201Created).Describe("createAlarmSuppression", "Suppress alarms by rule", "Alarms that fit are quiet until then: those that are there and those to come.");
        group.MapDelete("/alarm-suppressions/{id:guid}", async (ApiCaller caller, Guid id, AlarmRuleService service, CancellationToken cancellationToken) =>
                NoContent(await service.ResumeAsync(caller.Caller, id, cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Problems(404).Describe("deleteAlarmSuppression", "End a suppression by rule", "Alarms that are quiet because of it are loud again.");
    }

    private static async Task<IResult> ListAsync(HttpRequest request, ApiCaller caller, AlarmService service, CancellationToken cancellationToken, Guid? deviceId = null, string state = "raised",
        string[]? severity = null, bool? acknowledged = null, bool? suppressed = null, string search = "", string order = "severity", string? after = null, int limit = 50)
    {
        if (state is not ("raised" or "cleared" or "all")) return ApiProblems.Invalid("state", "The state is raised, cleared or all.");
        if (order is not ("severity" or "time")) return ApiProblems.Invalid("order", "The order is severity or time.");
        var severities = (severity ?? []).Select(AlarmSeverities.Parse).ToList();
        if (severities.Contains(null)) return ApiProblems.Invalid("severity", "A severity is critical, major, minor, warning or indeterminate.");
        var filter = new AlarmFilter
        {
            DeviceId = deviceId, Raised = state switch { "raised" => true, "cleared" => false, _ => null }, Severities = [.. severities.Select(s => s!.Value)],
            Acknowledged = acknowledged, Suppressed = suppressed, Search = search, ByTime = order == "time",
        };
        var page = await service.ListAsync(caller.Caller, filter, after, limit, cancellationToken);
        return page.Problem is { } problem ? problem.ToResult() : Results.Ok(page.Value.ToApi(request, a => a));
    }

    private static IResult Answer<T>(Result<T> result) => result.Problem is { } problem ? problem.ToResult() : Results.Ok(result.Value);

    private static IResult Page<T>(Result<IReadOnlyList<T>> result) => result.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<T>(result.Value, null));

    private static IResult Changed(Result<int> result) => result.Problem is { } problem ? problem.ToResult() : Results.Ok(new ChangedResource(result.Value));

    private static IResult NoContent(Result<Done> result) => result.Problem is { } problem ? problem.ToResult() : Results.NoContent();
}
