using System.Threading.Channels;
using DeviceConsole.Core.Data;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// Writes completions in batches, on a pool of its own, and repeats a batch whose fate is unknown: what was written already
/// is fenced out by its own success. Gives up only when the lease is lost, because then the jobs are somebody else's.
/// </summary>
internal sealed partial class CompletionWriter(DataSources dataSources, JobMetrics metrics, ILogger<CompletionWriter> logger) : DatabaseService
{
    private const int BatchSize = 100;
    private const int Writers = 2;
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(2);

    private readonly Channel<Completion> queue = Channel.CreateBounded<Completion>(2_000);

    /// <summary>A device whose job ended has another one waiting.</summary>
    public event Action? MoreWaiting;

    private int pending;

    /// <summary>Completions that wait to be written or are being written.</summary>
    public int Pending => Volatile.Read(ref pending);

    /// <summary>A batch is written, and whoever waited for it has gone on.</summary>
    public event Action? Settled;

    /// <summary>Hands a completion over; waits while too many are under way.</summary>
    public async Task<bool> WriteAsync(Completion completion)
    {
        Interlocked.Increment(ref pending);
        await queue.Writer.WriteAsync(completion);
        return await completion.Applied;
    }

    private volatile bool closing;

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What is in the queue is still written: whoever could add to it has stopped before.
        closing = true;
        queue.Writer.TryComplete();
        if (ExecuteTask is { } running) await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() => RunAsync(), CancellationToken.None)));

    private async Task RunAsync()
    {
        var batch = new List<Completion>(BatchSize);
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            batch.Clear();
            await FillAsync(batch);
            if (batch.Count > 0) await WriteBatchAsync(batch);
        }
    }

    // A full batch goes at once; a smaller one waits a moment for company.
    private async Task FillAsync(List<Completion> batch)
    {
        Take(batch);
        if (batch.Count >= BatchSize || queue.Reader.Completion.IsCompleted) return;
        await Task.Delay(Linger);
        Take(batch);
    }

    private void Take(List<Completion> batch)
    {
        while (batch.Count < BatchSize && queue.Reader.TryRead(out var completion)) batch.Add(completion);
    }

    private async Task WriteBatchAsync(List<Completion> batch)
    {
        // One order of tenants and devices for everybody, or two batches could wait for each other.
        batch.Sort(static (a, b) => a.Job.Tenant.CompareTo(b.Job.Tenant) is var order and not 0 ? order : a.Job.Device.CompareTo(b.Job.Device));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await SendAsync(batch, attempt > 1);
                return;
            }
            catch (PostgresException e) when (attempt == 1 && e.SqlState == PostgresErrorCodes.SerializationFailure)
            {
                // One of them is no longer the live attempt: the careful way finds out which.
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                LogRetry(batch.Count, attempt, e.Message);
                if (DropLost(batch)) return;
                if (batch.Count > 1 && (IsRefused(e) || attempt >= 5))
                {
                    await WriteSinglyAsync(batch);
                    return;
                }
                if (IsRefused(e) && await WriteInsteadAsync(batch[0])) return;
                if (attempt >= 3 && closing)
                {
                    // The lease ends with the process, and the jobs are taken back.
                    Settle(batch.ConvertAll(static c => (c, false)));
                    return;
                }
                await Task.Delay(Math.Min(1_000, 20 << Math.Min(attempt, 6)), CancellationToken.None);
            }
        }
    }

    // One completion that the database refuses must not take the others with it.
    private async Task WriteSinglyAsync(List<Completion> batch)
    {
        foreach (var completion in batch.ToArray()) await WriteBatchAsync([completion]);
    }

    // A result that cannot be stored is a failure of its job, not a job that runs for ever.
    private async Task<bool> WriteInsteadAsync(Completion completion)
    {
        if (completion.IsSubstitute) return false;
        var substitute = completion.Substitute();
        await WriteBatchAsync([substitute]);
        Settle([(completion, await substitute.Applied)]);
        return true;
    }

    // Data exceptions, constraint violations, syntax, limits: the same statement will not do better the next time.
    private static bool IsRefused(Exception e) =>
        e is PostgresException { IsTransient: false } p && p.SqlState[..2] is "22" or "23" or "42" or "54";

    private bool DropLost(List<Completion> batch)
    {
        var lost = batch.FindAll(static c => c.Job.Lease.Lost.IsCancellationRequested);
        if (lost.Count == 0) return false;
        batch.RemoveAll(lost.Contains);
        Settle(lost.ConvertAll(static c => (c, false)));
        return batch.Count == 0;
    }

    private async Task SendAsync(List<Completion> batch, bool again)
    {
        var groups = batch.GroupBy(c => c.Job.Tenant).Select(g => (Tenant: g.Key, Completions: g.ToList())).ToList();
        await using var command = dataSources.Completions.CreateBatch();
        foreach (var (tenant, completions) in groups)
        {
            foreach (var statement in again ? CompletionStatements.Careful(tenant, completions) : CompletionStatements.Commands(tenant, completions)) command.BatchCommands.Add(statement);
        }
        command.BatchCommands.Add(CompletionStatements.Notify(batch));

        var written = new Dictionary<Guid, JobState>(batch.Count);
        var waiting = 0L;
        await using (var reader = await command.ExecuteReaderAsync(CancellationToken.None))
        {
            foreach (var _ in groups)
            {
                // set_config, then the lanes, then the rows that were written.
                await reader.NextResultAsync();
                if (await reader.ReadAsync()) waiting += reader.GetInt64(0);
                await reader.NextResultAsync();
                while (await reader.ReadAsync())
                {
                    if (reader.IsDBNull(0)) continue;
                    written[reader.GetGuid(0)] = JobStates.Parse(reader.GetString(1)) ?? JobState.Failed;
                    waiting += reader.GetInt64(2);
                }
                await reader.NextResultAsync();
            }
            await reader.FinishAsync(CancellationToken.None);
        }
        if (again) await AddEarlierAsync(groups, written);
        Settle(batch, written);
        if (waiting > 0) MoreWaiting?.Invoke();
    }

    // An earlier try may have been committed although its answer got lost: then its step is there.
    private async Task AddEarlierAsync(List<(Guid Tenant, List<Completion> Completions)> groups, Dictionary<Guid, JobState> written)
    {
        foreach (var (tenant, completions) in groups)
        {
            var missing = completions.Where(c => !written.ContainsKey(c.Job.Id)).ToList();
            if (missing.Count == 0) continue;
            await using var look = new TenantBatch(dataSources.Completions, tenant);
            look.Add("SELECT t.job_id, t.state, t.worker, t.attempt FROM job_history t WHERE t.tenant_id = $1 AND t.job_id = ANY ($2) AND t.state <> 'running' AND t.worker IS NOT NULL",
                Sql.Uuid(tenant), Sql.Uuids([.. missing.Select(c => c.Job.Id)]));
            var found = await look.ListAsync(r => (Id: r.GetGuid(0), State: JobStates.Parse(r.GetString(1)), Worker: r.GetGuid(2), Attempt: r.GetInt32(3)), CancellationToken.None);
            foreach (var completion in missing)
            {
                var attempt = completion.Job.Attempt - (completion.GiveBackAttempt ? 1 : 0);
                var match = found.Find(f => f.Id == completion.Job.Id && f.Worker == completion.Job.Lease.Id && f.Attempt == attempt);
                if (match.State is { } state) written[completion.Job.Id] = state;
            }
        }
    }

    private void Settle(List<Completion> batch, Dictionary<Guid, JobState> written)
    {
        var ends = new List<(Completion, bool)>(batch.Count);
        foreach (var completion in batch)
        {
            var applied = written.TryGetValue(completion.Job.Id, out var state);
            if (applied) metrics.Finished(completion.Job, state);
            else LogFencedOut(completion.Job.Id, completion.Job.Attempt);
            ends.Add((completion, applied));
        }
        Settle(ends);
    }

    // One work item of the pool for all of them: waking a thread for each costs more than what waits for it does.
    private void Settle(List<(Completion Completion, bool Applied)> ends) => ThreadPool.UnsafeQueueUserWorkItem(
        static work =>
        {
            foreach (var (completion, applied) in work.Ends) completion.Settle(applied);
            Interlocked.Add(ref work.Writer.pending, -work.Ends.Count(static e => !e.Completion.IsSubstitute));
            work.Writer.Settled?.Invoke();
        }, (Writer: this, Ends: ends), preferLocal: false);

    [LoggerMessage(2201, LogLevel.Warning, "{Count} completions could not be written on try {Attempt} ({Reason}).")]
    private partial void LogRetry(int count, int attempt, string reason);

    [LoggerMessage(2202, LogLevel.Information, "Attempt {Attempt} of job {Job} was no longer the live one; its result was dropped.")]
    private partial void LogFencedOut(Guid job, int attempt);
}
