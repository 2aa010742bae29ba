using DeviceConsole.Migrations;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Tests.Tenancy;

/// <summary>Migrations under forced row-level security, with rows in place.</summary>
public sealed class MigrationTests : IAsyncLifetime
{
    private TestDatabase database = null!;

    public async Task InitializeAsync() => database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task Every_step_goes_down_and_up_again_with_rows_in_place()
    {
        await TwoTenants.FillAsync(database);
        var shape = await ShapeAsync();
        var versions = (await Catalog.RowsAsync(database, "SELECT version FROM sys.schema_versions")).Count;
        for (var steps = 1; steps <= versions; steps++)
        {
            await RunAsync("down", steps.ToString(System.Globalization.CultureInfo.InvariantCulture));
            await RunAsync("up");
            (await ShapeAsync()).Should().Equal(shape, $"{steps} steps down and up again give the same schema");
        }
        (await database.ScalarAsync<long>("SELECT count(*) FROM tenants")).Should().Be(1, "everything was gone but the reserved tenant");
    }

    [Fact]
    public async Task The_migrator_sees_every_tenants_rows_so_that_a_data_migration_does_not_silently_do_nothing()
    {
        await TwoTenants.FillAsync(database);
        await using var connection = new NpgsqlConnection(database.MigratorConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("UPDATE devices SET notes = 'migrated'", connection);
        (await command.ExecuteNonQueryAsync()).Should().Be(2);
    }

    [Fact]
    public async Task A_foreign_key_over_an_orphan_cannot_be_added()
    {
        var (tenant, _) = await TwoTenants.FillAsync(database);
        await using var connection = new NpgsqlConnection(database.MigratorConnectionString);
        await connection.OpenAsync();
        await ExecuteAsync(connection, "ALTER TABLE user_tokens DROP CONSTRAINT user_tokens_tenant_id_user_id_fkey");
        await ExecuteAsync(connection, $"INSERT INTO user_tokens (tenant_id, user_id, login_provider, name) VALUES ('{tenant}', gen_random_uuid(), 'p', 'orphan')");
        const string Add = "ALTER TABLE user_tokens ADD CONSTRAINT k FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)";
        var direct = () => ExecuteAsync(connection, Add);
        (await direct.Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be(PostgresErrorCodes.ForeignKeyViolation);
        await ExecuteAsync(connection, Add + " NOT VALID");
        var later = () => ExecuteAsync(connection, "ALTER TABLE user_tokens VALIDATE CONSTRAINT k");
        (await later.Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be(PostgresErrorCodes.ForeignKeyViolation);
    }

    [Fact]
    public async Task The_applications_role_cannot_migrate()
    {
        using var error = new StringWriter();
        (await MigrationCommand.RunAsync(database.AppConnectionString, ["down"], TextWriter.Null, error)).Should().Be(1);
        error.ToString().Trim().Should().NotBeEmpty();
        (await Catalog.RowsAsync(database, "SELECT 1 FROM tenants")).Should().NotBeEmpty();
    }

    [Fact]
    public async Task A_dump_by_the_backup_role_holds_every_tenants_rows()
    {
        await TwoTenants.FillAsync(database);
        await using var source = NpgsqlDataSource.Create(database.Server.ConnectionString("dc_backup", database.Name) + ";Pooling=false");
        await using var command = source.CreateCommand("SELECT count(*) FROM devices");
        (await command.ExecuteScalarAsync()).Should().Be(2L);
    }

    // Tables, columns, constraints, indexes, policies, functions and rights, in the words of the catalog.
    private Task<List<string>> ShapeAsync() => Catalog.RowsAsync(database,
        """
        SELECT x FROM (
            SELECT 'column ' || c.oid::regclass || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull AS x
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE n.nspname IN ('public', 'sys', 'quartz') AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE n.nspname IN ('public', 'sys', 'quartz')
            UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname IN ('public', 'sys', 'quartz')
            UNION ALL SELECT 'policy ' || tablename || ' ' || policyname || ' ' || qual || ' ' || with_check FROM pg_policies
            UNION ALL SELECT 'function ' || p.oid::regprocedure || ' ' || p.prosecdef || ' ' || md5(p.prosrc) || ' ' || array_to_string(p.proacl, ',') FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'sys'
            UNION ALL SELECT 'rights ' || c.oid::regclass || ' ' || array_to_string(c.relacl, ',') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'sys', 'quartz') AND c.relkind IN ('r', 'p')
        ) s ORDER BY x COLLATE "C"
        """);

    private async Task RunAsync(params string[] arguments)
    {
        using var error = new StringWriter();
        (await MigrationCommand.RunAsync(database.MigratorConnectionString + ";Pooling=false", arguments, TextWriter.Null, error)).Should().Be(0, error.ToString());
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
