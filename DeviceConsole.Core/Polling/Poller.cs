using DeviceConsole.Core.Data;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DeviceConsole.Core.Polling;

/// <summary>
/// Claims due polls and runs a bounded number of them at once. What a poll needs is read for it and dropped after it, so that memory does not grow with
/// the number of devices. A poll that is lost with its node is one missing sample.
/// </summary>
internal sealed partial class Poller(DataSources dataSources, PollRunner runner, ProtocolCatalog protocols, TimeProvider time, ILogger<Poller> logger) : DatabaseService
{
    // Most of them wait for an answer, and a device that is gone holds its place through all retries: five in a hundred must not starve the others.
    private const int MostAtOnce = 1_024;
    private const int FewestAtOnce = 16;
    private const int MostAClaim = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Housekeeping = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim places = new(MostAtOnce, MostAtOnce);

    /// <summary>Protocols whose devices can be polled.</summary>
    public static string[] Protocols(ProtocolCatalog catalog) => [.. catalog.All.OfType<IDialOutProtocol>().Where(m => m.Descriptor.Paths.IsObjectIdentifier).Select(m => m.Descriptor.Id)];

    /// <inheritdoc />
    public override void Dispose()
    {
        places.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Step, time);
        long? kept = null;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    if (kept is not { } last || time.GetElapsedTime(last) >= Housekeeping)
                    {
                        kept = time.GetTimestamp();
                        await KeepAsync(stoppingToken);
                    }
                    while (await FreeAsync(stoppingToken) is var free && await ClaimAsync(free, stoppingToken) == free) { }
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
                {
                    LogFailed(e.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Polls under way end with the same token.
        }
        await EmptyAsync();
    }

    // Whoever still holds a place gives it back before the service is gone.
    private async Task EmptyAsync()
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            for (var i = 0; i < MostAtOnce; i++) await places.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // A poll that does not end is one missing sample.
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        await using (var reconcile = dataSources.App.CreateCommand("SELECT sys.reconcile_polls($1, NULL)"))
        {
            reconcile.Parameters.Add(Sql.Texts(Protocols(protocols)));
            await reconcile.ExecuteScalarAsync(cancellationToken);
        }
        await using var roll = dataSources.App.CreateCommand("SELECT sys.roll_up_polls(300), sys.roll_up_polls(3600)");
        await roll.ExecuteScalarAsync(cancellationToken);
    }

    // Room for a few devices at once: due ones are claimed together, and all the while there are any, not once a step.
    private async Task<int> FreeAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < FewestAtOnce; i++) await places.WaitAsync(cancellationToken);
        places.Release(FewestAtOnce);
        return Math.Clamp(places.CurrentCount, 1, MostAClaim);
    }

    private async Task<int> ClaimAsync(int free, CancellationToken cancellationToken)
    {
        await using var command = dataSources.App.CreateCommand("SELECT tenant_id, profile_id, device_id, protocol, interval_s FROM sys.claim_polls($1)");
        command.Parameters.Add(Sql.Int(free));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var due = await reader.ListAsync(r => r.IsDBNull(3) ? null : new DuePoll(r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), r.GetString(3), r.GetInt32(4)), cancellationToken);
        // Two profiles of one device follow each other.
        foreach (var device in due.OfType<DuePoll>().GroupBy(p => (p.Tenant, p.Device)))
        {
            await places.WaitAsync(cancellationToken);
            _ = RunAsync([.. device], cancellationToken);
        }
        return due.Count;
    }

    private async Task RunAsync(DuePoll[] polls, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var poll in polls) await runner.RunAsync(poll, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The node stops.
        }
        catch (Exception e)
        {
            // One device must not end the polling of the others; what is wrong stands in the log.
            LogPollFailed(e, polls[0].Device);
        }
        finally
        {
            places.Release();
        }
    }

    [LoggerMessage(4101, LogLevel.Warning, "Due polls cannot be claimed now ({Reason}).")]
    private partial void LogFailed(string reason);

    [LoggerMessage(4102, LogLevel.Error, "Polling device {Device} failed with an exception that nobody expected.")]
    private partial void LogPollFailed(Exception e, Guid device);
}
