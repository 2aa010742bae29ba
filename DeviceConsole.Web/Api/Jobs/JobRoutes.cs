using DeviceConsole.Core;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Web.Api.Mibs;
using DeviceConsole.Web.Api.Shared;
using Microsoft.AspNetCore.Mvc;

namespace DeviceConsole.Web.Api.Jobs;

/// <summary>/api/v1/jobs.</summary>
public static class JobRoutes
{
    private const int MaximumPage = 200;

    /// <summary>Maps them.</summary>
    public static void MapJobs(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/jobs").WithTags("Jobs");
        group.MapGet("", ListAsync).Produces<ApiPage<JobView>>()
            .Describe("listJobs", "List jobs", "One page of the jobs of the devices that the caller may see, newest first. `state` may be given several times.");
        group.MapPost("", CreateAsync).Produces<JobView>(StatusCodes.Status202Accepted).Produces<JobView>().Problems(404, 409)
            .Describe("createJob", "Run an operation on a device", "Puts a job into the queue: 202 with its address. With `wait` (for example 30s, at most 60s) the answer is 200 with the ended job when it ends within that time, else 202. With an Idempotency-Key the request may be repeated: it makes one job.");
        group.MapGet("/{id:guid}", GetAsync).Produces<JobResource>().Problems(404)
            .Describe("getJob", "Get a job", "The job with its arguments and its time line.");
        group.MapGet("/{id:guid}/results", ResultsAsync).Produces<JobResults>().Problems(404)
            .Describe("getJobResults", "Get what the device answered", "Empty until the job has ended.");
        group.MapGet("/{id:guid}/values.csv", WalkRoutes.ValuesAsync).Produces<string>(StatusCodes.Status200OK, "text/csv").Problems(404)
            .Describe("exportJobValues", "Export what the device answered as CSV", "Name, path, index, value, words of the MIB, type and bytes: RFC 4180, UTF-8, safe to open in a spreadsheet.");
        group.MapPost("/{id:guid}/cancel", CancelAsync).Produces<JobView>(StatusCodes.Status202Accepted).Problems(404, 409)
            .Describe("cancelJob", "Cancel a job", "A queued job ends at once; a running one is asked to.");
        group.MapPost("/{id:guid}/retry", RetryAsync).Produces<JobView>(StatusCodes.Status202Accepted).Problems(404, 409)
            .Describe("retryJob", "Run an ended job's request again", "Makes a new job, whose retryOf names this one.");
    }

    private static async Task<IResult> ListAsync(ApiCaller caller, HttpRequest request, JobService jobs, CancellationToken cancellationToken,
        string[]? state = null, Guid? deviceId = null, string? protocol = null, bool deadLetter = false, string? after = null, int limit = 50)
    {
        var states = (state ?? []).Select(JobStates.Parse).ToList();
        if (states.Contains(null)) return ApiProblems.Invalid("state", $"A state is one of {string.Join(", ", JobStates.All.Select(s => s.Text()))}.");
        if (limit is < 1 or > MaximumPage) return ApiProblems.Invalid("limit", $"A page has 1 to {MaximumPage} rows.");
        if (after is not null && !Guid.TryParseExact(after, "N", out _)) return ApiProblems.Invalid("after", "The cursor does not belong to this list; start again without it.");
        var query = new JobQuery { States = [.. states.Select(s => s!.Value)], DeviceId = deviceId, Protocol = protocol, DeadLetter = deadLetter, After = after, Limit = limit };
        return Results.Ok((await jobs.ListAsync(caller.Caller, query, cancellationToken)).ToApi(request, j => j));
    }

    private static async Task<IResult> CreateAsync(ApiCaller caller, JobBody body, HttpContext context, JobService jobs, JobWaiter waiter, CancellationToken cancellationToken,
        string? wait = null, [FromHeader(Name = IdempotencyKeys.Header)] string? idempotencyKey = null)
    {
        var key = IdempotencyKeys.KeyOf(context.Request);
        if (key.Problem is { } wrong) return wrong.ToResult();
        if (!JobWaiter.TryRead(wait, out var patience)) return ApiProblems.Invalid("wait", "A time to wait is written in seconds, like 30s; at most 60s.");
        if (body.TimeoutSeconds is < 1 or > 86_400) return ApiProblems.Invalid("timeoutSeconds", "An attempt may take 1 to 86,400 seconds.");
        var made = await waiter.EnqueueAsync(caller.Caller, body.ToRequest(key.Value), patience, cancellationToken);
        if (made.Problem is { } problem) return problem.ToResult();
        var job = made.Value;
        context.Response.Headers.Location = AddressOf(job);
        return patience > TimeSpan.Zero && job.State.IsTerminal() ? Results.Ok(job) : Results.Accepted(AddressOf(job), job);
    }

    private static async Task<IResult> GetAsync(ApiCaller caller, Guid id, JobService jobs, CancellationToken cancellationToken)
    {
        var job = await jobs.GetAsync(caller.Caller, id, cancellationToken);
        return job.Problem is { } problem ? problem.ToResult() : Results.Ok(JobResource.Of(job.Value));
    }

    private static async Task<IResult> ResultsAsync(ApiCaller caller, Guid id, JobService jobs, ParameterNames names, CancellationToken cancellationToken)
    {
        var job = await jobs.GetAsync(caller.Caller, id, cancellationToken);
        if (job.Problem is { } problem) return problem.ToResult();
        var values = job.Value.Values;
        var shown = await names.DescribeAsync(caller.Caller, job.Value.Job.Protocol, values, cancellationToken);
        return Results.Ok(new JobResults(id, job.Value.Job.State, [.. values.Select((v, i) => JobResultValue.Of(v, shown.Count > 0 ? shown[i] : null))]));
    }

    private static async Task<IResult> CancelAsync(ApiCaller caller, Guid id, JobService jobs, CancellationToken cancellationToken)
    {
        var cancelled = await jobs.CancelAsync(caller.Caller, id, cancellationToken);
        if (cancelled.Problem is { } problem) return problem.ToResult();
        var job = await jobs.GetAsync(caller.Caller, id, cancellationToken);
        return job.Problem is { } gone ? gone.ToResult() : Results.Accepted(AddressOf(job.Value.Job), job.Value.Job);
    }

    private static async Task<IResult> RetryAsync(ApiCaller caller, Guid id, JobService jobs, CancellationToken cancellationToken)
    {
        var job = await jobs.RetryAsync(caller.Caller, id, cancellationToken);
        return job.Problem is { } problem ? problem.ToResult() : Results.Accepted(AddressOf(job.Value), job.Value);
    }

    private static string AddressOf(JobView job) => $"/api/v1/jobs/{job.Id}";
}
