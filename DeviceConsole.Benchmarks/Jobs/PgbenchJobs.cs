using System.Globalization;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Benchmarks.Jobs;

/// <summary>
/// The same claim-and-complete cycle by pgbench on the product's own table: its columns, checks, indexes, triggers and row-level security, as the
/// application's role. No lanes, no fences, no notifications, nothing between two statements: what is left to the engine beside its table.
/// </summary>
internal sealed class PgbenchJobs(PostgresServer server)
{
    private const int Clients = 4, Cycles = 50, Batch = 100;

    private const string Script =
        """
        BEGIN;
        SELECT set_config('app.tenant_id', '{0}', true);
        WITH picked AS (SELECT id FROM jobs WHERE tenant_id = '{0}' AND device_id > '00000000-0000-0000-0000-000000000000' AND state = 'queued' LIMIT 100 FOR UPDATE SKIP LOCKED),
             claimed AS (UPDATE jobs j SET state = 'running', worker = '{0}', attempt = j.attempt + 1, started_at = clock_timestamp(), revision = j.revision + 1
                         FROM picked p WHERE j.tenant_id = '{0}' AND j.id = p.id RETURNING j.id)
        SELECT coalesce(array_agg(id), '{}') AS ids FROM claimed \gset
        END;
        BEGIN;
        SELECT set_config('app.tenant_id', '{0}', true);
        UPDATE jobs SET state = 'completed', worker = NULL, ended_by = '{0}', finished_at = clock_timestamp(), revision = revision + 1
            WHERE tenant_id = '{0}' AND id = ANY (:ids::uuid[]) AND coalesce(state, '') = 'running';
        END;
        """;

    /// <summary>Jobs claimed and completed a second, on a database of its own.</summary>
    public async Task<double> RunAsync(CancellationToken cancellationToken)
    {
        await using var database = await server.CreateDatabaseAsync();
        var tenant = await database.CreateTenantAsync();
        await database.ExecuteAsync("INSERT INTO devices (tenant_id, id, name) SELECT $1, gen_random_uuid(), 'device ' || n FROM generate_series(1, $2) n", tenant, Clients * Cycles * Batch);
        await database.ExecuteAsync(
            """
            INSERT INTO jobs (tenant_id, id, device_id, protocol, operation, session_bound, timeout_ms, max_attempts, created_by)
            SELECT tenant_id, gen_random_uuid(), id, 'noop', 'nothing', false, 60000, 3, 'pgbench' FROM devices
            """);
        await database.ExecuteAsync("VACUUM ANALYZE");
        await database.ExecuteAsync("CHECKPOINT");
        var file = Path.Combine(RepositoryPaths.Artifacts("bench"), "jobs.sql");
        await File.WriteAllTextAsync(file, Script.Replace("{0}", tenant.ToString(), StringComparison.Ordinal), cancellationToken);
        await PgbenchQueue.RunAsync(server, "dc_app", database.Name, file, Clients, ["-t", Cycles.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        await using var connection = new NpgsqlConnection(database.SuperuserConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var count = new NpgsqlCommand("SELECT count(*) / extract(epoch FROM max(finished_at) - min(started_at))::float8 FROM jobs WHERE state = 'completed'", connection);
        return (double)(await count.ExecuteScalarAsync(cancellationToken))!;
    }
}
