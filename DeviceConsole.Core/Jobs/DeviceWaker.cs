using System.Text.Json.Nodes;
using System.Threading.Channels;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// Asks absent devices to call in when a session-bound job waits for them, and writes what came of it into the job's <c>wait_reason</c>.
/// It never calls a gateway: whichever node the device calls takes the job from the table.
/// </summary>
internal sealed partial class DeviceWaker : DatabaseService
{
    private const int Batch = 20;
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WakeTimeout = TimeSpan.FromSeconds(30);

    private const string Tell =
        """
        WITH told AS (
            UPDATE jobs SET wait_reason = $4, revision = revision + 1
            WHERE tenant_id = $1 AND device_id = $2 AND protocol = $3 AND session_bound AND state = 'queued' AND wait_reason IS DISTINCT FROM $4
            RETURNING id, attempt),
        line AS (INSERT INTO job_transitions (tenant_id, job_id, state, attempt, reason) SELECT $1, t.id, 'queued', t.attempt, $4 FROM told t)
        SELECT sys.notify_jobs('', array_agg($1), array_agg(t.id)) FROM told t
        """;

    private const string AskAgain = "UPDATE lanes SET wake_at = least(wake_at, now() + $3) WHERE tenant_id = $1 AND device_id = $2 AND wake_at IS NOT NULL";

    private const string Interval =
        """
        SELECT e.last_contact_at, (SELECT p.value FROM parameter_paths x JOIN parameters p ON p.tenant_id = $1 AND p.device_id = $2 AND p.path_id = x.id
                                   WHERE x.tenant_id = $1 AND x.path = ANY ($4) LIMIT 1), now(),
               (SELECT extract(epoch FROM max(s.opened_at) - min(s.opened_at))::bigint FROM (
                    SELECT s.opened_at FROM device_sessions s WHERE s.tenant_id = $1 AND s.device_id = $2 AND s.protocol = $3 ORDER BY s.opened_at DESC LIMIT 2) s)
        FROM device_endpoints e WHERE e.tenant_id = $1 AND e.device_id = $2 AND e.protocol = $3
        """;

    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly JobOptions options;
    private readonly DataSources dataSources;
    private readonly DeviceSecrets secrets;
    private readonly ProtocolCatalog protocols;
    private readonly QuirkStore quirks;
    private readonly TimeProvider time;
    private readonly ILogger<DeviceWaker> logger;

    public DeviceWaker(IOptions<JobOptions> options, DataSources dataSources, DeviceSecrets secrets, ProtocolCatalog protocols, QuirkStore quirks, JobListener listener, TimeProvider time, ILogger<DeviceWaker> logger)
    {
        (this.options, this.dataSources, this.secrets, this.protocols, this.quirks, this.time, this.logger) = (options.Value, dataSources, secrets, protocols, quirks, time, logger);
        listener.Noticed += n =>
        {
            if (n.Wake) wake.Writer.TryWrite(true);
        };
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var idle = PollInterval;
        while (!stoppingToken.IsCancellationRequested)
        {
            var more = false;
            try
            {
                var devices = await ClaimAsync(stoppingToken);
                more = devices.Count > 0;
                var pauses = await Task.WhenAll(devices.Select(d => WakeAsync(d.Tenant, d.Device, d.Protocol, stoppingToken)));
                idle = pauses.Append(idle).Min();
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                LogFailed(e.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            if (more) continue;
            await IdleAsync(idle, stoppingToken);
            idle = PollInterval;
        }
    }

    private async Task<List<(Guid Tenant, Guid Device, string Protocol)>> ClaimAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSources.App.CreateCommand("SELECT tenant_id, device_id, protocol FROM sys.claim_wakes($1, $2)");
        command.Parameters.Add(Sql.Int(Batch));
        command.Parameters.Add(Sql.Interval(options.WakeAgain));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ListAsync(r => (r.GetGuid(0), r.GetGuid(1), r.GetString(2)), cancellationToken);
    }

    // Until when there is something to do again.
    private async Task<TimeSpan> WakeAsync(Guid tenant, Guid device, string protocol, CancellationToken cancellationToken)
    {
        if (protocols.Find(protocol) is not ISessionProtocol module) return PollInterval;
        // Side by side: whoever waits for the device waits for both.
        var quirk = module.Descriptor.Quirks.Count == 0 ? Task.FromResult<JsonObject>([]) : quirks.FindOfDeviceAsync(tenant, device, protocol, module.FirmwarePaths, cancellationToken);
        var loads = await secrets.LoadTargetsAsync(tenant, [(device, protocol)], cancellationToken);
        var wanted = await quirk;
        if (!loads.TryGetValue((device, protocol), out var load)) return PollInterval;
        var began = time.GetUtcNow();
        var report = load.Target is null ? new WakeReport(load.Problem!, []) : await AskAsync(module, load.Target with { Quirks = wanted }, cancellationToken);
        var reason = report.MayHaveReached ? report.Sentence : report.Sentence + await NextCallAsync(tenant, device, module, cancellationToken);
        await using var batch = new TenantBatch(dataSources.App, tenant);
        // The lane before the job, as everywhere.
        if (report.AskAgainAfter is { } pause) batch.Add(AskAgain, Sql.Uuid(tenant), Sql.Uuid(device), Sql.Interval(pause));
        batch.Add(Tell, Sql.Uuid(tenant), Sql.Uuid(device), Sql.Text(protocol), Sql.Text(FaultJson.Clean(reason)));
        foreach (var attempt in report.Attempts) ReachabilityService.Add(batch, tenant, device, protocol, attempt, began);
        if (report.Attempts.Count > 0) batch.Add(SessionStatements.Changed, Sql.Text("sessions"), Sql.Uuid(tenant), Sql.Texts([device.ToString()]));
        await batch.ExecuteAsync(cancellationToken);
        return report.AskAgainAfter ?? PollInterval;
    }

    private async Task<string> NextCallAsync(Guid tenant, Guid device, ISessionProtocol module, CancellationToken cancellationToken)
    {
        if (module.IntervalPaths.Count == 0) return "";
        await using var batch = new TenantBatch(dataSources.App, tenant);
        batch.Add(Interval, Sql.Uuid(tenant), Sql.Uuid(device), Sql.Text(module.Descriptor.Id), Sql.Texts([.. module.IntervalPaths]));
        var (last, interval, now, pause) = await batch.FirstAsync(r => (r.TimeOrNull(0), r.TextOrNull(1), r.Time(2), r.IsDBNull(3) ? 0 : r.GetInt64(3)), cancellationToken);
        return NextCall.Sentence(last, interval, now) is { Length: > 0 } sentence ? sentence : NextCall.Guess(last, pause, module.IntervalPaths[0][(module.IntervalPaths[0].LastIndexOf('.') + 1)..], now);
    }

    private async Task<WakeReport> AskAsync(ISessionProtocol module, ProtocolTarget target, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(WakeTimeout);
        try
        {
            return await module.AskAsync(target, patience.Token).WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WakeReport("The device did not react to the request to call in. The job runs when it calls by itself.", []);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogDefect(e, target.DeviceId);
            return new WakeReport("The device could not be asked to call in; the server's log says why. The job runs when it calls by itself.", []);
        }
    }

    private async Task IdleAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(duration);
        try
        {
            await wake.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Time to look.
        }
    }

    [LoggerMessage(2501, LogLevel.Warning, "Waiting devices cannot be looked for ({Reason}); trying again.")]
    private partial void LogFailed(string reason);

    [LoggerMessage(2502, LogLevel.Error, "Asking device {Device} to call in failed with an exception that nobody expected.")]
    private partial void LogDefect(Exception e, Guid device);
}
