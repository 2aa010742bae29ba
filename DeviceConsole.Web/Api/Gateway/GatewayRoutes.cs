using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Neighbours;
using DeviceConsole.Web.Api.Shared;

namespace DeviceConsole.Web.Api.Gateway;

/// <summary>/api/v1/enrolments, /pending-devices, /call-attempts, /sessions, and the traces and events of jobs and devices.</summary>
public static class GatewayRoutes
{
    /// <summary>Maps them.</summary>
    public static void MapGateway(this RouteGroupBuilder api)
    {
        MapEnrolment(api.MapGroup("").WithTags("Enrolment"));
        var sessions = api.MapGroup("").WithTags("Sessions");
        sessions.MapGet("/sessions", SessionsAsync).Produces<ApiPage<SessionView>>()
            .Describe("listSessions", "List sessions", "Sessions of devices that call in, the newest first. `failed=true` gives those that ended otherwise than they should. For the next page give the last row's `openedAt` as `before`.");
        sessions.MapGet("/session-failures", async (ApiCaller caller, SessionService service, CancellationToken cancellationToken) => Answer(await service.FailuresAsync(caller.Caller, cancellationToken)))
            .Produces<ApiPage<SessionFailure>>().Describe("listSessionFailures", "List how sessions failed", "Those of the last week by their reason, the most frequent first, each with the newest session of its kind.");
        sessions.MapGet("/sessions/{id:guid}", async (ApiCaller caller, Guid id, SessionService service, CancellationToken cancellationToken) =>
                Answer(await service.GetAsync(caller.Caller, id, cancellationToken)))
            .Produces<SessionView>().Problems(404).Describe("getSession", "Get a session", "How it stands, or how it ended.");
        sessions.MapGet("/sessions/{id:guid}/trace", (ApiCaller caller, Guid id, SessionService service, CancellationToken cancellationToken) => TraceAsync(service.TraceOfSessionAsync(caller.Caller, id, cancellationToken)))
            .Produces<ApiPage<TraceResource>>().Problems(404).Describe("getSessionTrace", "Get what was said in a session", "Oldest first, without credentials; kept for a stated time.");
        sessions.MapGet("/jobs/{id:guid}/trace", (ApiCaller caller, Guid id, SessionService service, CancellationToken cancellationToken) => TraceAsync(service.TraceOfJobAsync(caller.Caller, id, cancellationToken)))
            .Produces<ApiPage<TraceResource>>().Problems(404).Describe("getJobTrace", "Get a job's exchange", "What was said with the device, attempt by attempt, without credentials.");
        sessions.MapGet("/devices/{id:guid}/reachability", async (ApiCaller caller, Guid id, ReachabilityService service, CancellationToken cancellationToken) =>
            {
                var ways = await service.ListAsync(caller.Caller, id, cancellationToken);
                return ways.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<ReachabilityView>(ways.Value, null));
            })
            .Produces<ApiPage<ReachabilityView>>().Problems(404).Describe("listReachability", "Get a device's reachability", "The ways by which it can be asked to call in: when each was tried, worked and failed last.");
        sessions.MapGet("/devices/{id:guid}/neighbours", async (ApiCaller caller, Guid id, NeighbourService service, CancellationToken cancellationToken) =>
            {
                var found = await service.GetAsync(caller.Caller, id, cancellationToken);
                return found.Problem is { } problem ? problem.ToResult() : Results.Ok(found.Value);
            })
            .Produces<NeighbourhoodView>().Problems(404).Describe("getNeighbours", "Get what is behind a device", "The gateway that it is behind, the devices behind it and those that it manages for others (TR-069 Annexes F and J), as it was read or told last. The operation `neighbours` reads it anew.");
        sessions.MapGet("/devices/{id:guid}/events", EventsAsync).Produces<ApiPage<DeviceEventView>>().Problems(404)
            .Describe("listDeviceEvents", "List a device's events", "What the device told by itself, the newest first. For the next page give the last row's `at` as `before`.");
    }

    private static void MapEnrolment(RouteGroupBuilder group)
    {
        group.MapGet("/enrolments", async (ApiCaller caller, EnrolmentService service, CancellationToken cancellationToken) =>
            {
                var found = await service.ListAsync(caller.Caller, cancellationToken);
                return found.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<EnrolmentResource>([.. found.Value.Select(EnrolmentResource.Of)], null));
            })
            .Produces<ApiPage<EnrolmentResource>>().Describe("listEnrolments", "List enrolments", "How unknown devices are taken in, by protocol. A protocol without one refuses them.");
        group.MapPut("/enrolments/{protocol}", SaveAsync).Produces(StatusCodes.Status204NoContent).Problems(404)
            .Describe("putEnrolment", "Set an enrolment", "The policy is block, approve or automatic. A device that is taken in gets these settings and credentials as its own.");
        group.MapGet("/pending-devices", async (ApiCaller caller, EnrolmentService service, CancellationToken cancellationToken) => Answer(await service.PendingAsync(caller.Caller, cancellationToken)))
            .Produces<ApiPage<PendingDevice>>().Describe("listPendingDevices", "List devices that wait for approval", "And those that are blocked.");
        group.MapPost("/pending-devices/approve", async (ApiCaller caller, PendingBody body, EnrolmentService service, CancellationToken cancellationToken) =>
            {
                var taken = await service.ApproveAsync(caller.Caller, body.Protocol ?? "", body.Identity ?? "", cancellationToken);
                return taken.Problem is { } problem ? problem.ToResult() : Results.Ok(new TakenResource(taken.Value));
            })
            .Produces<TakenResource>().Problems(404, 409).Describe("approvePendingDevice", "Approve a waiting device", "It comes in with its next call.");
        group.MapPost("/pending-devices/block", async (ApiCaller caller, PendingBody body, EnrolmentService service, CancellationToken cancellationToken) =>
                NoContent(await service.BlockAsync(caller.Caller, body.Protocol ?? "", body.Identity ?? "", true, cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Problems(404).Describe("blockPendingDevice", "Block a waiting device", "It is refused until it is unblocked.");
        group.MapPost("/pending-devices/unblock", async (ApiCaller caller, PendingBody body, EnrolmentService service, CancellationToken cancellationToken) =>
                NoContent(await service.BlockAsync(caller.Caller, body.Protocol ?? "", body.Identity ?? "", false, cancellationToken)))
            .Produces(StatusCodes.Status204NoContent).Problems(404).Describe("unblockPendingDevice", "Unblock a device", "It waits for approval again.");
        group.MapGet("/call-attempts", async (ApiCaller caller, EnrolmentService service, CancellationToken cancellationToken, int limit = 50) =>
                Answer(await service.AttemptsAsync(caller.Caller, limit, cancellationToken)))
            .Produces<ApiPage<CallAttempt>>().Describe("listCallAttempts", "List calls that were not let in", "The newest first, each with the reason; the same caller with the same reason is one row with a count.");
    }

    private static async Task<IResult> SaveAsync(ApiCaller caller, string protocol, EnrolmentBody body, EnrolmentService service, CancellationToken cancellationToken)
    {
        if (EnrolmentPolicies.Parse(body.Policy) is not { } policy) return ApiProblems.Invalid("policy", "The policy is block, approve or automatic.");
        var secrets = (body.Secrets ?? []).ToDictionary(s => s.Key, s => s.Value ?? "");
        return NoContent(await service.SaveAsync(caller.Caller, protocol, new EnrolmentInput(policy, body.Settings ?? [], secrets), cancellationToken));
    }

    private static async Task<IResult> SessionsAsync(ApiCaller caller, SessionService service, CancellationToken cancellationToken,
        Guid? deviceId = null, bool failed = false, DateTimeOffset? before = null, int limit = 50) =>
        Answer(await service.ListAsync(caller.Caller, deviceId, failed, before, limit, cancellationToken));

    private static async Task<IResult> EventsAsync(ApiCaller caller, Guid id, SessionService service, CancellationToken cancellationToken, DateTimeOffset? before = null, int limit = 50) =>
        Answer(await service.EventsAsync(caller.Caller, id, before, limit, cancellationToken));

    private static async Task<IResult> TraceAsync(Task<Result<IReadOnlyList<TraceView>>> reading)
    {
        var found = await reading;
        return found.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<TraceResource>([.. found.Value.Select(TraceResource.Of)], null));
    }

    private static IResult Answer<T>(Result<IReadOnlyList<T>> result) => result.Problem is { } problem ? problem.ToResult() : Results.Ok(new ApiPage<T>(result.Value, null));

    private static IResult Answer(Result<SessionView> result) => result.Problem is { } problem ? problem.ToResult() : Results.Ok(result.Value);

    private static IResult NoContent(Result<Done> result) => result.Problem is { } problem ? problem.ToResult() : Results.NoContent();
}
