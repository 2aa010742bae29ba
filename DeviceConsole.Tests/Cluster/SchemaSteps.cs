using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Tests.Cluster;

/// <summary>
/// A schema change of the next version, in two steps as docs/OPERATIONS.md has it: what is new comes while the older version runs (expand), what
/// only the older one needed goes when none runs any more (contract). Applied as migrations are: as their role, in a transaction, 5 s for a lock.
/// </summary>
internal static class SchemaSteps
{
    private const int ExpandVersion = 9001, ContractVersion = 9002;

    /// <summary>A column of a table that every request reads, one of a table that every job is written to, filled for the older version, a table with its policies.</summary>
    public static Task ExpandAsync(TestDatabase database) => ApplyAsync(database,
        $"""
        ALTER TABLE devices ADD COLUMN asset_tag text CHECK (length(asset_tag) <= 40);
        ALTER TABLE jobs ADD COLUMN asked_in text DEFAULT 'earlier';
        CREATE FUNCTION sys.fill_asked_in() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
            AS $$ BEGIN IF NEW.asked_in = 'earlier' THEN NEW.asked_in := 'older'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER fill_asked_in BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION sys.fill_asked_in();
        CREATE TABLE asset_tags (tenant_id uuid NOT NULL, tag text NOT NULL, PRIMARY KEY (tenant_id, tag));
        ALTER TABLE asset_tags ENABLE ROW LEVEL SECURITY;
        ALTER TABLE asset_tags FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant ON asset_tags TO dc_app USING (tenant_id = sys.current_tenant());
        GRANT SELECT, INSERT, UPDATE, DELETE ON asset_tags TO dc_app;
        INSERT INTO sys.schema_versions (version, name, min_app) VALUES ({ExpandVersion}, 'asset_tags', '0.1.0')
        """);

    /// <summary>The column is required from now on, what filled it goes, and the older version may not start any more.</summary>
    public static Task ContractAsync(TestDatabase database, string version) => ApplyAsync(database,
        $"""
        DROP TRIGGER fill_asked_in ON jobs;
        DROP FUNCTION sys.fill_asked_in();
        ALTER TABLE jobs ALTER COLUMN asked_in SET DEFAULT 'newer';
        ALTER TABLE jobs ADD CONSTRAINT asked_in_is_known CHECK (asked_in IS NOT NULL) NOT VALID;
        ALTER TABLE jobs VALIDATE CONSTRAINT asked_in_is_known;
        INSERT INTO sys.schema_versions (version, name, min_app) VALUES ({ContractVersion}, 'asset_tags_only', '{version}')
        """);

    /// <summary>Both steps back, so that other tests find the schema of this build.</summary>
    public static Task TakeBackAsync(TestDatabase database) => ApplyAsync(database,
        $"""
        DROP TRIGGER IF EXISTS fill_asked_in ON jobs;
        DROP FUNCTION IF EXISTS sys.fill_asked_in();
        ALTER TABLE jobs DROP COLUMN IF EXISTS asked_in;
        ALTER TABLE devices DROP COLUMN IF EXISTS asset_tag;
        DROP TABLE IF EXISTS asset_tags;
        DELETE FROM sys.schema_versions WHERE version IN ({ExpandVersion}, {ContractVersion})
        """);

    // A step that gets no lock within its time leaves everything as it was, and is run again.
    private static async Task ApplyAsync(TestDatabase database, string sql)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var connection = new NpgsqlConnection(database.MigratorConnectionString + ";Pooling=false");
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            try
            {
                await using var command = new NpgsqlCommand("SET LOCAL lock_timeout = '5s';\n" + sql, connection, transaction);
                await command.ExecuteNonQueryAsync();
                await transaction.CommitAsync();
                return;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected && attempt < 6)
            {
                await transaction.RollbackAsync();
            }
        }
    }
}
