using System.Globalization;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Benchmarks.Jobs;

/// <summary>
/// A bare queue table, claimed 100 at a time with SKIP LOCKED in one transaction and completed in another, by pgbench with
/// prepared statements. No row-level security, no lanes, no history, no notification: what PostgreSQL itself can do with
/// narrow rows. The cycle that enqueues its jobs as well does as many steps as the engine.
/// </summary>
internal sealed class PgbenchQueue(PostgresServer server)
{
    private const int Rows = 400_000;
    private const string Name = "pgbench_queue";

    private const string Schema =
        """
        CREATE TABLE queue (id bigint PRIMARY KEY, state smallint NOT NULL DEFAULT 0, worker integer, started_at timestamptz, finished_at timestamptz, arguments jsonb NOT NULL DEFAULT '{}') WITH (fillfactor = 70);
        CREATE INDEX queue_waiting ON queue (id) WHERE state = 0;
        CREATE SEQUENCE queue_ids CACHE 100;
        """;

    private const string Enqueue =
        """
        BEGIN;
        INSERT INTO queue (id) SELECT nextval('queue_ids') FROM generate_series(1, 100);
        END;

        """;

    private const string Script =
        """
        BEGIN;
        WITH picked AS (SELECT id FROM queue WHERE state = 0 ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED),
             claimed AS (UPDATE queue q SET state = 1, worker = :client_id, started_at = now() FROM picked p WHERE q.id = p.id RETURNING q.id)
        SELECT coalesce(array_agg(id), '{}') AS ids FROM claimed \gset
        END;
        BEGIN;
        UPDATE queue SET state = 2, finished_at = now() WHERE id = ANY (:ids::bigint[]) AND state = 1;
        END;
        """;

    public async Task CreateAsync()
    {
        await server.ExecuteAsync("postgres", $"CREATE DATABASE {Name}");
        await server.ExecuteAsync(Name, Schema);
    }

    /// <summary>Jobs claimed and completed a second; with <paramref name="enqueue"/> also enqueued, 100 at a time.</summary>
    public async Task<double> RunAsync(int clients, int seconds, bool enqueue, CancellationToken cancellationToken)
    {
        // What is enqueued meets a table as full as the other cycle's, of jobs that have ended: statistics of an empty one would have the prepared
        // statements read all of a table that grows with every cycle, which halves the rate.
        foreach (var sql in new[] { "TRUNCATE queue", $"INSERT INTO queue (id, state) SELECT n, {(enqueue ? 2 : 0)} FROM generate_series(1, {Rows}) n", "VACUUM ANALYZE queue", $"SELECT setval('queue_ids', {Rows})" })
            await server.ExecuteAsync(Name, sql);
        await server.ExecuteAsync(Name, "CHECKPOINT");
        var file = Path.Combine(RepositoryPaths.Artifacts("bench"), "queue.sql");
        await File.WriteAllTextAsync(file, enqueue ? Enqueue + Script : Script, cancellationToken);
        await RunAsync(server, "postgres", Name, file, clients, ["-T", Text(seconds)], cancellationToken);
        await using var connection = new NpgsqlConnection(server.ConnectionString("postgres", Name) + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var count = new NpgsqlCommand("SELECT count(*), extract(epoch FROM max(finished_at) - min(started_at))::float8 FROM queue WHERE finished_at IS NOT NULL", connection);
        await using var reader = await count.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var done = reader.GetInt64(0);
        return enqueue || done < Rows ? done / reader.GetDouble(1) : throw new InvalidOperationException("The baseline ran out of rows; make more.");
    }

    /// <summary>Runs a script with prepared statements.</summary>
    public static async Task RunAsync(PostgresServer server, string role, string database, string file, int clients, string[] length, CancellationToken cancellationToken) =>
        await ChildProcess.OutputAsync(".", Find(),
            ["-h", "127.0.0.1", "-p", Text(server.Port), "-U", role, "-n", "-M", "prepared", "-c", Text(clients), "-j", "2", .. length, "-f", file, database], cancellationToken);

    private static string Find() =>
        Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin", "pgbench")).Where(File.Exists).OrderDescending(StringComparer.Ordinal).First();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
