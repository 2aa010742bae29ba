using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;

namespace DeviceConsole.Core.Jobs;

public sealed partial class JobService
{
    // Touches the job alone, not its lane: a lane that was told of a job which is gone corrects itself at the next claim.
    private const string Cancel =
        """
        WITH c AS (
            UPDATE jobs SET cancel_requested = true, revision = revision + 1,
                   state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
                   finished_at = CASE WHEN state = 'queued' THEN clock_timestamp() END,
                   summary = CASE WHEN state = 'queued' THEN $3 ELSE summary END,
                   wait_reason = NULL
            WHERE tenant_id = $1 AND id = $2 AND state IN ('queued', 'running') AND NOT cancel_requested
            RETURNING id, state, attempt),
        told AS (INSERT INTO job_transitions (tenant_id, job_id, state, attempt, reason) SELECT $1, c.id, c.state, c.attempt, CASE WHEN c.state = 'cancelled' THEN $3 ELSE $8 END FROM c),
        log AS (
            INSERT INTO audit (tenant_id, id, actor_kind, actor_id, actor_name, action, target_kind, target_id, summary)
            SELECT $1, $4, $5, $6, $7, 'job.cancel', 'job', c.id::text, $3 FROM c)
        SELECT c.state, sys.notify_jobs(CASE WHEN c.state = 'running' THEN 'c' ELSE '' END, ARRAY[$1], ARRAY[c.id]) FROM c
        """;

    /// <summary>
    /// Cancels a queued job at once; asks a running one to stop, which its state shows when its worker has obeyed.
    /// Asking twice is no error; a job that has ended is one.
    /// </summary>
    public async Task<Result<Done>> CancelAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (!caller.May(Rights.View) || await FindAsync(caller, id, cancellationToken) is not { } job || !caller.Scope.Allows(job.DeviceId)) return Problem.NotFound("job");
        var writes = protocols.Find(job.Protocol)?.Descriptor.Operation(job.Operation)?.Writes ?? true;
        if (!caller.May(writes ? Rights.RunWrites : Rights.RunReads)) return Problem.Forbidden("cancel this job");

        await using var batch = new TenantBatch(dataSources.App, caller.Tenant);
        batch.Add(Cancel, Sql.Uuid(caller.Tenant), Sql.Uuid(id), Sql.Text($"Cancelled by {caller.ActorName}."), Sql.Uuid(Guid.CreateVersion7()),
            Sql.Text(AuditLog.KindOf(caller.Kind)), Sql.Uuid(caller.ActorId), Sql.Text(caller.ActorName), Sql.Text($"{caller.ActorName} asked to cancel it."));
        if (await batch.FirstAsync(r => r.GetString(0), cancellationToken) is not null) return default(Done);

        var now = await FindAsync(caller, id, cancellationToken);
        return now switch
        {
            null => Problem.NotFound("job"),
            { State: var state } when state.IsTerminal() => Problem.Conflict($"This job is {state.Text()} already; there is nothing left to cancel."),
            _ => default(Done),
        };
    }
}
