using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Channels;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Core.Live;

/// <summary>
/// The changes of one tenant, read once for all of its subscribers on this node. Ids collect while a read is under way,
/// so that a storm of notifications costs one read after the other, not one each.
/// </summary>
internal sealed class TenantFeed(Guid tenant, DataSources dataSources, JobRows rows, Action<Exception> failed) : IDisposable
{
    // More changes than this are told as "read the snapshot again".
    private const int MostChanges = 1_000;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Lock gate = new();
    private readonly CancellationTokenSource ending = new();
    private CancellationToken ended;
    private ImmutableList<(LiveSubscription<JobView> Subscription, DeviceScope Scope)> subscribers = [];
    private HashSet<Guid> dirty = [];
    private bool behind;
    private ulong? cursor;

    /// <summary>True where nobody listens any more.</summary>
    public bool IsEmpty => subscribers.IsEmpty;

    public void Start()
    {
        ended = ending.Token;
        _ = Task.Run(RunAsync);
    }

    public void Dispose()
    {
        ending.Cancel();
        signal.Writer.TryComplete();
        ending.Dispose();
    }

    public void Add(LiveSubscription<JobView> subscription, DeviceScope scope) =>
        ImmutableInterlocked.Update(ref subscribers, static (list, item) => list.Add(item), (subscription, scope));

    public void Remove(LiveSubscription<JobView> subscription) =>
        ImmutableInterlocked.Update(ref subscribers, static (list, item) => list.RemoveAll(s => s.Subscription == item), subscription);

    /// <summary>These jobs changed.</summary>
    public void Changed(IReadOnlyList<Guid> jobs)
    {
        lock (gate)
        {
            dirty.UnionWith(jobs);
            if (dirty.Count > MostChanges) behind = true;
        }
        signal.Writer.TryWrite(true);
    }

    /// <summary>
    /// Anything may have changed since the transaction <paramref name="since"/> (<c>xid8</c>) or since this feed last looked by itself,
    /// whichever is later: below either, everything was told.
    /// </summary>
    public void Missed(ulong? since)
    {
        lock (gate)
        {
            behind = true;
            if (since > cursor || cursor is null) cursor = since;
        }
        signal.Writer.TryWrite(true);
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var _ in signal.Reader.ReadAllAsync(ended)) await StepAsync();
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more.
        }
    }

    private async Task StepAsync()
    {
        HashSet<Guid> jobs;
        bool catchUp;
        ulong? since;
        lock (gate)
        {
            (jobs, dirty) = (dirty, []);
            (catchUp, behind) = (behind, false);
            since = cursor;
        }
        try
        {
            if (catchUp) await CatchUpAsync(jobs, since);
            else if (jobs.Count > 0) Publish(await ReadJobsAsync(jobs));
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            failed(e);
            lock (gate)
            {
                dirty.UnionWith(jobs);
                behind |= catchUp;
            }
            await Task.Delay(RetryPause, ended);
            signal.Writer.TryWrite(true);
        }
    }

    private async Task CatchUpAsync(HashSet<Guid> jobs, ulong? since)
    {
        var (changed, xmin) = await ReadChangedAsync(since);
        if (changed is null || changed.Count + jobs.Count > MostChanges)
        {
            Tell(new LiveBatch<JobView>([], true));
        }
        else
        {
            Publish(await ReadJobsAsync([.. jobs, .. changed]));
        }
        lock (gate)
            if (xmin > cursor || cursor is null) cursor = xmin;
    }

    // A row's xid, not its time or number, tells what a snapshot has not seen: transactions end in another order than they begin.
    // The bound on time only keeps the scan short; no transaction is open for minutes.
    // Enqueued (ids are UUID v7), running, ended, or with a step of its own; the row's own xmin tells the transaction of its last change.
    private const string ChangedJobs =
        """
        SELECT j.id FROM jobs j WHERE j.tenant_id = $1 AND j.id >= (lpad(to_hex((extract(epoch FROM now() - interval '20 minutes') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid AND age(j.xmin) <= age($2::xid8::xid)
        UNION SELECT j.id FROM jobs j WHERE j.tenant_id = $1 AND j.state = 'running' AND age(j.xmin) <= age($2::xid8::xid)
        UNION SELECT j.id FROM jobs j WHERE j.tenant_id = $1 AND j.finished_at > now() - interval '15 minutes' AND age(j.xmin) <= age($2::xid8::xid)
        UNION SELECT t.job_id FROM job_transitions t WHERE t.tenant_id = $1 AND t.at > now() - interval '15 minutes' AND t.xid >= $2::xid8
        LIMIT $3
        """;

    private async Task<(List<Guid>? Changed, ulong Xmin)> ReadChangedAsync(ulong? since)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add("SELECT pg_snapshot_xmin(pg_current_snapshot())::text");
        if (since is not null)
        {
            batch.Add(ChangedJobs, Sql.Uuid(tenant), Sql.Text(since.Value.ToString(CultureInfo.InvariantCulture)), Sql.Int(MostChanges + 1));
        }
        await using var reader = await batch.ReadAsync(ended);
        await reader.ReadAsync(ended);
        var xmin = ulong.Parse(reader.GetString(0), CultureInfo.InvariantCulture);
        if (since is null) return (null, xmin);
        await reader.NextResultAsync(ended);
        var changed = await reader.ListAsync(r => r.GetGuid(0), ended);
        return (changed.Count > MostChanges ? null : changed, xmin);
    }

    private async Task<List<JobView>> ReadJobsAsync(HashSet<Guid> jobs)
    {
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add($"SELECT {JobRows.Columns} {JobRows.Tables} WHERE j.tenant_id = $1 AND j.id = ANY ($2)", Sql.Uuid(tenant), Sql.Uuids([.. jobs]));
        return await batch.ListAsync(rows.Read, ended);
    }

    private void Publish(List<JobView> jobs)
    {
        if (jobs.Count == 0) return;
        foreach (var (subscription, scope) in subscribers)
        {
            var seen = scope.IsAll ? jobs : jobs.FindAll(j => scope.Allows(j.DeviceId));
            if (seen.Count > 0) subscription.Offer(new LiveBatch<JobView>(seen, false));
        }
    }

    private void Tell(LiveBatch<JobView> batch)
    {
        foreach (var (subscription, _) in subscribers) subscription.Offer(batch);
    }
}
