using System.Net;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DeviceConsole.Core.Discovery;

/// <summary>
/// Runs scans on this node, two at a time. Progress is written every second; a scan that is lost with its node is taken up by another where it stood.
/// </summary>
internal sealed partial class ScanRunner(ScanStore store, ProtocolCatalog protocols, JobListener listener, TimeProvider time, ILogger<ScanRunner> logger) : DatabaseService
{
    private const int AtOnce = 2, Addresses = 64;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly Guid worker = Guid.CreateVersion7();
    private readonly SemaphoreSlim places = new(AtOnce, AtOnce);
    private readonly SemaphoreSlim wake = new(0, 1);

    /// <inheritdoc />
    public override void Dispose()
    {
        places.Dispose();
        wake.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        listener.ChangeNoticed += Noticed;
        try
        {
            while (true)
            {
                await places.WaitAsync(stoppingToken);
                if (await TryClaimAsync(stoppingToken) is { } scan)
                {
                    _ = RunAsync(scan, stoppingToken);
                    continue;
                }
                places.Release();
                await wake.WaitAsync(Look, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Scans under way leave with the same token; whoever still holds a place gives it back first.
            for (var i = 0; i < AtOnce; i++) await places.WaitAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
        }
        finally
        {
            listener.ChangeNoticed -= Noticed;
        }
    }

    private void Noticed(string payload)
    {
        if (!payload.StartsWith(DiscoveryService.Topic + ":", StringComparison.Ordinal) || wake.CurrentCount > 0) return;
        try
        {
            wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it in the same moment.
        }
    }

    private async Task<ClaimedScan?> TryClaimAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.ClaimAsync(worker, cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            LogClaimFailed(e.Message);
            return null;
        }
    }

    private async Task RunAsync(ClaimedScan scan, CancellationToken stoppingToken)
    {
        try
        {
            var run = new ScanRun(scan, worker, store, time);
            if (protocols.Find(scan.Protocol) is not IDiscoveryProtocol protocol) await store.EndAsync(scan.Tenant, scan.Id, worker, DiscoveryState.Failed, "This installation cannot look for devices by that protocol any more.", stoppingToken);
            else await run.RunAsync(protocol, Addresses, Step, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await LeaveAsync(scan);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            // Its claim runs out; then it goes on where it stood, here or on another node.
            LogInterrupted(scan.Id, e.Message);
        }
        catch (Exception e)
        {
            LogDefect(e, scan.Id);
            await store.EndAsync(scan.Tenant, scan.Id, worker, DiscoveryState.Failed, "The scan ended by a defect of the product; its log says more.", CancellationToken.None);
        }
        finally
        {
            places.Release();
        }
    }

    private async Task LeaveAsync(ClaimedScan scan)
    {
        try
        {
            await store.LeaveAsync(scan, worker, CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            LogInterrupted(scan.Id, e.Message);
        }
    }

    [LoggerMessage(9101, LogLevel.Warning, "Scans cannot be claimed now ({Reason}).")]
    private partial void LogClaimFailed(string reason);

    [LoggerMessage(9102, LogLevel.Warning, "Scan {Scan} was interrupted ({Reason}); it goes on later where it stood.")]
    private partial void LogInterrupted(Guid scan, string reason);

    [LoggerMessage(9103, LogLevel.Error, "Scan {Scan} ended with an exception that nobody expected.")]
    private partial void LogDefect(Exception exception, Guid scan);
}
