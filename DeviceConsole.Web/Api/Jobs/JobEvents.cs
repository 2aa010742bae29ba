using System.Globalization;
using System.Text.Json;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Api.Shared;
using DeviceConsole.Web.Auth;

namespace DeviceConsole.Web.Api.Jobs;

/// <summary>
/// GET /api/v1/jobs/events: server-sent events (WHATWG HTML, 9.2). First the snapshot, then every change; after a break
/// (also one that the browser bridges with Last-Event-ID) a new snapshot, because a job's newest state is all that counts.
/// </summary>
public static class JobEvents
{
    private const int SnapshotSize = 200;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Maps it. Behind the policy of live connections: a token, or the session of a page.</summary>
    public static RouteHandlerBuilder MapJobEvents(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api/v1/jobs/events", StreamAsync).WithTags("Jobs")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .Describe("streamJobs", "Follow jobs live",
                "Server-sent events. `snapshot` holds the newest 200 jobs and comes first, and again after a gap; `jobs` holds jobs that changed. Of two copies of a job the one with the higher revision is newer. A comment every 15 s keeps the connection open; it ends when the caller's rights do.");

    private static async Task StreamAsync(ApiCaller caller, HttpContext context, JobService jobs, LiveFeed feed, SessionCheck session, TimeProvider time)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        using var stream = new EventStream(context.Response);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        await using var changes = feed.SubscribeJobs(caller.Caller);
        var guard = GuardAsync(context, session, stream, time, ending);
        try
        {
            await SnapshotAsync(caller.Caller, jobs, stream, ending.Token);
            await foreach (var batch in changes.ReadAllAsync(ending.Token))
            {
                if (batch.Resync) await SnapshotAsync(caller.Caller, jobs, stream, ending.Token);
                else await stream.SendAsync("jobs", batch.Changes, ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client left, or its rights ended.
        }
        finally
        {
            await ending.CancelAsync();
            await guard;
        }
    }

    private static async Task SnapshotAsync(Caller caller, JobService jobs, EventStream stream, CancellationToken cancellationToken) =>
        await stream.SendAsync("snapshot", (await jobs.ListAsync(caller, new JobQuery { Limit = SnapshotSize }, cancellationToken)).Items, cancellationToken);

    private static async Task GuardAsync(HttpContext context, SessionCheck session, EventStream stream, TimeProvider time, CancellationTokenSource ending)
    {
        try
        {
            using var timer = new PeriodicTimer(Heartbeat, time);
            while (await timer.WaitForNextTickAsync(ending.Token))
            {
                if (await session.CheckAsync(context.User, ending.Token) != SessionVerdict.Valid) break;
                await stream.CommentAsync(ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The stream has ended.
        }
        await ending.CancelAsync();
    }

    // Events and heartbeats come from two loops; each is written whole.
    private sealed class EventStream(HttpResponse response) : IDisposable
    {
        private readonly SemaphoreSlim turn = new(1, 1);
        private long number;

        public Task SendAsync(string name, IReadOnlyList<JobView> jobs, CancellationToken cancellationToken) =>
            WriteAsync($"id: {(++number).ToString(CultureInfo.InvariantCulture)}\nevent: {name}\ndata: {JsonSerializer.Serialize(jobs, ApiJson.Options)}\n\n", cancellationToken);

        public Task CommentAsync(CancellationToken cancellationToken) => WriteAsync(":\n\n", cancellationToken);

        public void Dispose() => turn.Dispose();

        private async Task WriteAsync(string text, CancellationToken cancellationToken)
        {
            await turn.WaitAsync(cancellationToken);
            try
            {
                await response.WriteAsync(text, cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
            }
            finally
            {
                turn.Release();
            }
        }
    }
}
