using DeviceConsole.Core.Data;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Tests.Tenancy;

/// <summary>The application refuses a role that row-level security does not bind, and a schema that it does not run on.</summary>
public sealed class DatabaseCheckTests : IAsyncLifetime
{
    private TestDatabase database = null!;

    public async Task InitializeAsync() => database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task The_applications_role_on_the_newest_schema_may_start() => (await CheckAsync(database.AppConnectionString)).Should().BeNull();

    [Fact]
    public async Task A_superuser_is_refused() => (await CheckAsync(database.SuperuserConnectionString)).Should().Contain("superuser").And.Contain("deploy/sql/roles.sql");

    [Fact]
    public async Task A_role_past_row_level_security_is_refused() => (await CheckAsync(database.Server.ConnectionString("dc_backup", database.Name))).Should().Contain("BYPASSRLS");

    [Fact]
    public async Task The_owner_of_the_tables_is_refused() => (await CheckAsync(database.MigratorConnectionString)).Should().NotBeNull();

    [Fact]
    public async Task A_role_that_may_become_the_system_role_is_refused() =>
        (await CheckAsRoleAsync("check_member", "GRANT dc_system TO check_member")).Should().Contain("dc_system");

    [Fact]
    public async Task A_role_that_owns_one_table_is_refused() =>
        (await CheckAsRoleAsync("check_owner", "CREATE TABLE public.mine (id int); ALTER TABLE public.mine OWNER TO check_owner")).Should().Contain("owns tables");

    [Fact]
    public async Task A_role_that_may_truncate_one_table_is_refused() =>
        (await CheckAsRoleAsync("check_truncate", "GRANT TRUNCATE ON devices TO check_truncate")).Should().Contain("TRUNCATE");

    [Fact]
    public async Task A_schema_that_is_too_old_names_the_command_to_run()
    {
        await database.ExecuteAsync("DELETE FROM sys.schema_versions WHERE version >= $1", DatabaseCheck.RequiredSchema);
        (await CheckAsync(database.AppConnectionString)).Should().Contain($"needs at least {DatabaseCheck.RequiredSchema}").And.Contain("./migrate.sh up");
    }

    [Fact]
    public async Task A_newer_schema_is_fine_while_it_allows_this_version_and_refused_when_not()
    {
        await database.ExecuteAsync("INSERT INTO sys.schema_versions (version, name, min_app) VALUES (9001, 'later', '0.1.0')");
        (await CheckAsync(database.AppConnectionString)).Should().BeNull("a rolling upgrade runs old nodes on the new schema");
        await database.ExecuteAsync("INSERT INTO sys.schema_versions (version, name, min_app) VALUES (9002, 'much later', '99.0.0')");
        (await CheckAsync(database.AppConnectionString)).Should().Contain("99.0.0").And.Contain("./migrate.sh down");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_in_a_sentence() =>
        (await CheckAsync($"Host=127.0.0.1;Port={PostgresServer.FreePort()};Database=x;Username=dc_app;Timeout=2")).Should().Contain("cannot be reached");

    private async Task<string?> CheckAsRoleAsync(string role, string grant)
    {
        await database.ExecuteAsync($"DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN");
        try
        {
            await database.ExecuteAsync($"GRANT USAGE ON SCHEMA sys, public TO {role}; GRANT SELECT ON sys.schema_versions TO {role}; {grant}");
            return await CheckAsync(database.Server.ConnectionString(role, database.Name));
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    private static async Task<string?> CheckAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        return await DatabaseCheck.FindProblemAsync(source, CancellationToken.None);
    }
}
