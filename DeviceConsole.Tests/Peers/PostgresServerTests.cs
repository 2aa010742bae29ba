using DeviceConsole.Core.Data;
using DeviceConsole.Migrations;

namespace DeviceConsole.Tests.Peers;

public sealed class PostgresServerTests
{
    [Fact]
    public async Task A_test_database_has_the_schema_and_the_application_may_start_on_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        (await DatabaseCheck.FindProblemAsync(database.Sources.App, CancellationToken.None)).Should().BeNull();
    }

    [Fact]
    public async Task An_empty_database_names_the_command_to_run()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateEmptyDatabaseAsync();
        (await DatabaseCheck.FindProblemAsync(database.Sources.App, CancellationToken.None)).Should().Contain("./migrate.sh up");
    }

    [Fact]
    public async Task Migrations_go_up_down_and_up_again()
    {
        await using var database = await (await PostgresServer.SharedAsync()).CreateEmptyDatabaseAsync();
        foreach (var arguments in new[] { new[] { "up" }, ["down", "100", "--destructive"], ["up"] })
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            (await MigrationCommand.RunAsync(database.MigratorConnectionString, arguments, output, error)).Should().Be(0, error.ToString());
        }
    }
}
