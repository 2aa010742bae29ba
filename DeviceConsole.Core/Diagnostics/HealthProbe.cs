using DeviceConsole.Core.Data;
using DeviceConsole.Core.Live;
using DeviceConsole.Core.Protocols;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Quartz;

namespace DeviceConsole.Core.Diagnostics;

/// <summary>Asks the parts of this process how they are. Reasons name no address, no user and no statement.</summary>
public sealed class HealthProbe(DataSources dataSources, LiveFeed feed, NodeRoles roles, IEnumerable<IProtocolHealth> protocols, IServiceProvider services)
{
    private const int PatienceSeconds = 3;

    /// <summary>Database, schema and live feed; worker, scheduler and brokers where this node has the role.</summary>
    public async Task<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        var database = await CheckDatabaseAsync(cancellationToken);
        if (!database.Healthy) return new HealthReport([database, CheckFeed()]);
        var parts = new List<HealthPart> { database, await CheckSchemaAsync(cancellationToken), CheckFeed() };
        if (roles.Worker || roles.Gateway) parts.Add(await CheckWorkerAsync(cancellationToken));
        if (roles.Scheduler) parts.Add(await CheckSchedulerAsync(cancellationToken));
        parts.AddRange(protocols.Where(p => p.IsUsed).Select(p => new HealthPart(p.Name, p.Problem is null, p.Problem ?? "It is connected.", Needed: false)));
        return new HealthReport(parts);
    }

    private async Task<HealthPart> CheckDatabaseAsync(CancellationToken cancellationToken)
    {
        const string Name = "database";
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(PatienceSeconds));
            await using var command = dataSources.App.CreateCommand("SELECT 1");
            command.CommandTimeout = PatienceSeconds;
            await command.ExecuteScalarAsync(patience.Token);
            return new HealthPart(Name, true, "The database answers.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthPart(Name, false, $"The database does not answer within {PatienceSeconds} s: it is overloaded, or all of the application's connections are busy.");
        }
        catch (PostgresException e)
        {
            return new HealthPart(Name, false, $"The database refuses the application (SQLSTATE {e.SqlState}). Its log says why.");
        }
        catch (NpgsqlException)
        {
            return new HealthPart(Name, false, "The database cannot be reached. Start it, or look at the network and at ConnectionStrings__App.");
        }
    }

    private async Task<HealthPart> CheckSchemaAsync(CancellationToken cancellationToken)
    {
        // Not the sentence for the operator at start: that one may hold the connection's details.
        var problem = await DatabaseCheck.FindProblemAsync(dataSources.App, cancellationToken);
        return problem is null
            ? new HealthPart("schema", true, "The schema is one that this application runs on.")
            : new HealthPart("schema", false, problem.StartsWith("PostgreSQL cannot be reached", StringComparison.Ordinal) ? "The database was lost in the middle of the check." : problem);
    }

    private HealthPart CheckFeed() => feed.State switch
    {
        LiveFeedState.Live => new HealthPart("live", true, "Changes come with their commit."),
        LiveFeedState.CatchingUp => new HealthPart("live", false, "The connection that tells of changes is lost; pages catch up every few seconds until it is back. Look at ConnectionStrings__Direct."),
        _ => new HealthPart("live", false, "The connection that tells of changes is not there yet."),
    };

    // A clock that stopped says so; one that hangs shows in its check-in at the database, due every 5 s.
    private async Task<HealthPart> CheckSchedulerAsync(CancellationToken cancellationToken)
    {
        const string Name = "scheduler";
        if (services.GetService<ISchedulerFactory>() is not { } factory) return new HealthPart(Name, false, "This process has no clock.");
        try
        {
            var scheduler = await factory.GetScheduler(cancellationToken);
            if (scheduler.Status != SchedulerStatus.Running) return new HealthPart(Name, false, "The clock of this process does not run: schedules fire on other nodes only. If this lasts longer than a minute, restart it and look at its log.");
            await using var command = dataSources.App.CreateCommand("SELECT (extract(epoch FROM now()) * 1000)::bigint - last_checkin_time FROM quartz.qrtz_scheduler_state WHERE instance_name = $1");
            command.CommandTimeout = PatienceSeconds;
            command.Parameters.Add(Sql.Text(scheduler.SchedulerInstanceId));
            return await command.ExecuteScalarAsync(cancellationToken) is long age && age > 60_000
                ? new HealthPart(Name, false, $"The clock of this process last said something {age / 1000} s ago; look at ConnectionStrings__Direct and at its log.")
                : new HealthPart(Name, true, "The clock runs.");
        }
        catch (SchedulerException)
        {
            return new HealthPart(Name, false, "The clock of this process cannot start: its log says why.");
        }
        catch (NpgsqlException)
        {
            return new HealthPart(Name, false, "The database was lost in the middle of the check.");
        }
    }

    private async Task<HealthPart> CheckWorkerAsync(CancellationToken cancellationToken)
    {
        const string Name = "worker";
        try
        {
            await using var command = dataSources.App.CreateCommand("SELECT coalesce(bool_or(lease_until > now()), false) FROM workers WHERE node = $1");
            command.CommandTimeout = PatienceSeconds;
            command.Parameters.Add(Sql.Text($"{Environment.MachineName}:{Environment.ProcessId}"));
            return await command.ExecuteScalarAsync(cancellationToken) is true
                ? new HealthPart(Name, true, "This process runs jobs.")
                : new HealthPart(Name, false, "This process runs no jobs: its heartbeat does not reach the database. If this lasts longer than a minute, restart it and look at its log.");
        }
        catch (NpgsqlException)
        {
            return new HealthPart(Name, false, "The database was lost in the middle of the check.");
        }
    }
}
