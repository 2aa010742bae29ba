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
            var rows = await CountAsync();
            await RunAsync("down", steps.ToString(System.Globalization.CultureInfo.InvariantCulture), "--destructive");
            var kept = (await CountAsync()).Keys.ToHashSet();
            await RunAsync("up");
            var again = await CountAsync();
            rows.Where(t => kept.Contains(t.Key)).Should().NotContain(t => again[t.Key] != t.Value, $"no row goes from a table that was there before the last {steps} steps");
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
        (await MigrationCommand.RunAsync(database.AppConnectionString, ["down", "--destructive"], TextWriter.Null, error)).Should().Be(1);
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

    [Fact]
    public async Task A_dry_run_tells_the_difference_and_changes_nothing()
    {
        await RunAsync("down", "--destructive");
        var shape = await ShapeAsync();
        var (code, output) = await AskAsync("up", "--dry-run");
        code.Should().Be(0, output);
        output.Should().Contain("would go up ").And.Contain("\n+ ").And.Contain("Nothing was changed.").And.Contain($"Database {database.Name} on 127.0.0.1:");
        (await ShapeAsync()).Should().Equal(shape);
        (await AskAsync("up")).Code.Should().Be(0);
        (await AskAsync("up", "--dry-run")).Output.Should().Contain("The schema is up to date.").And.NotContain("\n+ ").And.NotContain("\n- ");
    }

    [Fact]
    public async Task The_difference_names_tables_columns_indexes_policies_and_rights_that_come_and_go()
    {
        await RunAsync("down", "12", "--destructive");
        var (code, output) = await AskAsync("up", "--dry-run");
        code.Should().Be(0, output);
        foreach (var kind in (string[])["table", "column", "constraint", "index", "policy", "function", "rights on"]) output.Should().Contain($"\n+ {kind} ", "what comes is told in words");
        output.Should().Contain("\n- function ", "and what goes");
        await RunAsync("up");
    }

    [Fact]
    public async Task A_migration_that_gets_no_lock_gives_up_says_so_and_leaves_everything_as_it_was()
    {
        await RunAsync("down", "--destructive");
        var shape = await ShapeAsync();
        await using (var other = new NpgsqlConnection(database.SuperuserConnectionString))
        {
            await other.OpenAsync();
            await using var transaction = await other.BeginTransactionAsync();
            // Every migration writes its version there.
            await ExecuteAsync(other, "LOCK TABLE sys.schema_versions IN SHARE MODE");
            var (code, output) = await AskAsync("up");
            code.Should().Be(1);
            output.Should().Contain("could not get its lock within 5 s").And.Contain("Nothing was changed by it");
        }
        (await ShapeAsync()).Should().Equal(shape);
        await RunAsync("up");
    }

    [Fact]
    public async Task Going_back_needs_the_flag_and_a_marked_database_its_name()
    {
        (await AskAsync("down")).Output.Should().Contain("--destructive");
        (await AskAsync("up", "--environment", "production")).Output.Should().Contain("not marked");
        (await AskAsync("mark", "staging")).Code.Should().Be(0);
        (await AskAsync("mark", "production")).Output.Should().Contain("marked as staging already");
        (await AskAsync("up")).Should().Match<(int Code, string Output)>(r => r.Code == 1 && r.Output.Contains("--environment staging"));
        (await AskAsync("up", "--environment", "production")).Should().Match<(int Code, string Output)>(r => r.Code == 1 && r.Output.Contains("production is meant, but this database is marked as staging"));
        (await AskAsync("down", "--destructive", "--environment", "production")).Code.Should().Be(1);
        (await AskAsync("up", "--environment", "staging")).Output.Should().Contain("environment staging").And.Contain("up to date");
    }

    [Fact]
    public async Task A_fresh_database_is_marked_by_its_first_migration()
    {
        await using var empty = await (await PostgresServer.SharedAsync()).CreateEmptyDatabaseAsync();
        using var output = new StringWriter();
        (await MigrationCommand.RunAsync(empty.MigratorConnectionString + ";Pooling=false", ["up", "--environment", "staging"], output, output)).Should().Be(0, output.ToString());
        (await empty.ScalarAsync<string>("SELECT name FROM sys.environment")).Should().Be("staging");
    }

    [Theory]
    [InlineData("ALTER TABLE a ADD COLUMN b int; -- DROP TABLE a", "")]
    [InlineData("DROP INDEX i; DROP FUNCTION f()", "")]
    [InlineData("drop  table a; ALTER TABLE b DROP COLUMN c", "drop table a|DROP COLUMN c")]
    [InlineData("TRUNCATE jobs; ALTER TABLE b ALTER COLUMN c SET DATA TYPE bigint", "TRUNCATE jobs|ALTER COLUMN c SET DATA TYPE bigint")]
    public void What_deletes_or_rewrites_data_is_found_in_a_migration(string sql, string found) =>
        string.Join('|', MigrationGuard.DestructiveStatements(sql)).Should().Be(found);

    // How many rows each table of tenants holds.
    private async Task<Dictionary<string, string>> CountAsync() => (await Catalog.RowsAsync(database,
        """
        SELECT c.oid::regclass || '=' || (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %s', c.oid::regclass), false, true, '')))[1]::text
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'part')
        """)).Select(line => line.Split('=')).ToDictionary(parts => parts[0], parts => parts[1]);

    private Task<List<string>> ShapeAsync() => Catalog.RowsAsync(database, SchemaShape.Query);

    private async Task<(int Code, string Output)> AskAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        var code = await MigrationCommand.RunAsync(database.MigratorConnectionString + ";Pooling=false", arguments, output, output);
        return (code, output.ToString());
    }

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
