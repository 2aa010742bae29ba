using DeviceConsole.Core.Data;
using DeviceConsole.Core.Live;
using Npgsql;

namespace DeviceConsole.Core.Diagnostics;

/// <summary>Asks the parts of this process how they are. Reasons name no address, no user and no statement.</summary>
public sealed class HealthProbe(DataSources dataSources, LiveFeed feed)
{
    private const int PatienceSeconds = 3;

    /// <summary>Database, schema, live feed and worker.</summary>
    public async Task<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        var database = await CheckDatabaseAsync(cancellationToken);
        if (!database.Healthy) return new HealthReport([database, CheckFeed()]);
        return new HealthReport([database, await CheckSchemaAsync(cancellationToken), CheckFeed(), await CheckWorkerAsync(cancellationToken)]);
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
