using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace DeviceConsole.Core.Gateway;

/// <summary>
/// The sessions that this node holds: prolongs their leases in batches, ends those that are no longer its own, and tells a session
/// that stays open when a job waits for it.
/// </summary>
internal sealed partial class SessionKeeper : DatabaseService
{
    private const int Chunk = 1_000;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    private readonly SessionIndex sessions = new();
    private readonly DataSources dataSources;
    private readonly NodeLease node;
    private readonly TenantDirectory directory;
    private readonly JobOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<SessionKeeper> logger;
    private long renewed;

    public SessionKeeper(
        DataSources dataSources, NodeLease node, JobListener listener, TenantWatch tenants, TenantDirectory directory, IOptions<JobOptions> options, TimeProvider time, ILogger<SessionKeeper> logger)
    {
        this.directory = directory;
        tenants.Changed += tenant => _ = EndWithTenantAsync(tenant);
        (this.dataSources, this.node, this.options, this.time, this.logger) = (dataSources, node, options.Value, time, logger);
        renewed = time.GetTimestamp();
        listener.Noticed += OnNoticed;
        listener.Missed += SignalAll;
    }

    public void Add(OpenSession session)
    {
        // A device that comes again by the same protocol has left its older session. Of two that began at once, the one that the database has taken later is the newer one.
        foreach (var other in sessions.Add(session)) (session.IsTaken && other.Session.Epoch > session.Session.Epoch ? session : other).End();
    }

    public OpenSession? Find(DeviceSession session) => sessions.Find(session.Id);

    /// <summary>True where a session of the device is here.</summary>
    public bool Has(Guid tenant, Guid device) => sessions.Has(tenant, device);

    public OpenSession? Remove(DeviceSession session) => sessions.Remove(session);

    /// <summary>Waits until there may be work for the session.</summary>
    public Task WaitAsync(OpenSession session, CancellationToken cancellationToken)
    {
        sessions.Waits(session);
        return session.WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Step, time);
        var confirmed = time.GetTimestamp();
        while (await NextAsync(timer, stoppingToken))
        {
            try
            {
                await LookForWorkAsync(stoppingToken);
                if (time.GetElapsedTime(renewed) < options.SessionLease / 3) continue;
                var sent = time.GetTimestamp();
                await RenewAsync(stoppingToken);
                (renewed, confirmed) = (time.GetTimestamp(), sent);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                LogFailed(e.Message);
                // Nobody can say any more whose they are.
                if (time.GetElapsedTime(confirmed) > options.SessionLease)
                    foreach (var session in sessions.All) session.End();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in sessions.All.Where(s => s.IsTaken).GroupBy(s => s.Session.TenantId))
            foreach (var chunk in tenant.OrderBy(s => s.Session.DeviceId).Chunk(Chunk))
                await RenewAsync(tenant.Key, chunk, cancellationToken);
    }

    private async Task RenewAsync(Guid tenant, OpenSession[] chunk, CancellationToken cancellationToken)
    {
        var mine = node.Current?.Id ?? Guid.Empty;
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(SessionStatements.RenewAll, Sql.Uuid(tenant), Sql.Uuids([.. chunk.Select(s => s.Session.DeviceId)]), Sql.Texts([.. chunk.Select(s => s.Session.Protocol)]),
            Sql.Array([.. chunk.Select(s => s.Session.Epoch)], NpgsqlDbType.Bigint), Sql.Uuid(mine), Sql.Interval(options.SessionLease));
        var kept = (await batch.ListAsync(r => (r.GetGuid(0), r.GetString(1)), cancellationToken)).ToHashSet();
        foreach (var session in chunk)
            if (!kept.Contains((session.Session.DeviceId, session.Session.Protocol))) session.End();
    }

    // Retries come due without anybody saying so; this finds them. Notifications are the fast way.
    private async Task LookForWorkAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in sessions.All.Where(s => s.Waits).GroupBy(s => s.Session.TenantId))
        {
            foreach (var chunk in tenant.Chunk(Chunk))
            {
                await using var batch = new TenantBatch(dataSources.App, tenant.Key);
                batch.Add(SessionStatements.Waiting, Sql.Uuid(tenant.Key), Sql.Uuids([.. chunk.Select(s => s.Session.DeviceId)]));
                var waiting = (await batch.ListAsync(r => (r.GetGuid(0), r.GetString(1)), cancellationToken)).ToHashSet();
                foreach (var session in chunk)
                    if (waiting.Contains((session.Session.DeviceId, session.Session.Protocol))) session.Signal();
            }
        }
    }

    private void OnNoticed(JobNotice notice)
    {
        if (sessions.Count == 0) return;
        if (notice.Tenants is null)
        {
            SignalAll();
            return;
        }
        foreach (var (tenant, jobs) in notice.Tenants)
        {
            if (!sessions.AnyWaits(tenant)) continue;
            if (jobs is null) Signal(sessions.Of(tenant));
            else _ = SignalDevicesAsync(tenant, jobs);
        }
    }

    private async Task SignalDevicesAsync(Guid tenant, IReadOnlyList<Guid> jobs)
    {
        try
        {
            await using var batch = new TenantBatch(dataSources.App, tenant);
            batch.Add(SessionStatements.DevicesOf, Sql.Uuid(tenant), Sql.Uuids([.. jobs]));
            Signal(sessions.Of(tenant, await batch.ListAsync(r => r.GetGuid(0), CancellationToken.None)));
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or ObjectDisposedException)
        {
            // The next look finds it.
            LogFailed(e.Message);
        }
    }

    // A tenant that is suspended or deleted has no sessions: at once here, elsewhere at the latest when the leases are not prolonged.
    private async Task EndWithTenantAsync(Guid tenant)
    {
        try
        {
            if (sessions.Of(tenant).Count == 0 || await directory.GetAsync(tenant, CancellationToken.None) is { IsActive: true }) return;
            foreach (var session in sessions.Of(tenant)) session.End();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or ObjectDisposedException)
        {
            LogFailed(e.Message);
        }
    }

    private void SignalAll() => Signal(sessions.All);

    private static void Signal(IEnumerable<OpenSession> waiting)
    {
        foreach (var session in waiting) session.Signal();
    }

    [LoggerMessage(2611, LogLevel.Warning, "Sessions of devices cannot be prolonged or asked for work now ({Reason}).")]
    private partial void LogFailed(string reason);
}
