using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Tenancy;

/// <summary>./migrate.sh at a terminal: who changes a database types its name first. A pipeline has no terminal and names the environment instead.</summary>
public sealed class MigrationPromptTests : IAsyncLifetime
{
    private TestDatabase database = null!;

    public async Task InitializeAsync() => database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task Who_types_another_name_changes_nothing_and_who_types_the_right_one_goes_on()
    {
        var newest = await SchemaAsync();

        foreach (var typed in (string[])["deviceconsole", database.Name.ToUpperInvariant(), "y", ""])
        {
            var (code, output) = await AtTerminalAsync(typed, "down --destructive");
            code.Should().NotBe(0, output);
            output.Should().Contain($"This changes the database {database.Name} on 127.0.0.1:{database.Server.Port}. Type its name to go on:").And.Contain("Nothing was done: that is not the name of the database.");
        }
        (await SchemaAsync()).Should().Be(newest);

        var back = await AtTerminalAsync(database.Name, "down --destructive");
        back.Code.Should().Be(0, back.Output);
        (await SchemaAsync()).Should().BeLessThan(newest);
        var forth = await AtTerminalAsync("", "up");
        forth.Code.Should().Be(0, forth.Output);
        forth.Output.Should().NotContain("Type its name", "a database that nobody marked is a developer's");
        (await SchemaAsync()).Should().Be(newest);
    }

    [Fact]
    public async Task A_marked_database_asks_also_before_it_goes_up_unless_that_is_a_dry_run_or_answered_on_the_command_line()
    {
        (await AtTerminalAsync("", "mark staging")).Code.Should().Be(0);

        (await AtTerminalAsync("production", "up --environment staging")).Output.Should().Contain("Nothing was done");
        (await AtTerminalAsync(database.Name, "up --environment staging")).Should().Match<(int Code, string Output)>(r => r.Code == 0 && r.Output.Contains("up to date"));
        (await AtTerminalAsync("", "up --dry-run --environment staging")).Should().Match<(int Code, string Output)>(r => r.Code == 0 && !r.Output.Contains("Type its name"));
        (await AtTerminalAsync("", "up --yes --environment staging")).Should().Match<(int Code, string Output)>(r => r.Code == 0 && !r.Output.Contains("Type its name"));
        // The right name typed does not make it the right environment.
        (await AtTerminalAsync(database.Name, "up --environment production")).Should().Match<(int Code, string Output)>(r => r.Code != 0 && r.Output.Contains("marked as staging"));
    }

    [Fact]
    public async Task Without_a_terminal_nobody_is_asked_and_the_environment_decides()
    {
        var newest = await SchemaAsync();
        (await WithoutTerminalAsync("mark", "staging")).Code.Should().Be(0);

        var wrong = await WithoutTerminalAsync("down", "--destructive", "--environment", "production");
        wrong.Code.Should().NotBe(0);
        wrong.Output.Should().Contain("marked as staging").And.NotContain("Type its name");
        (await SchemaAsync()).Should().Be(newest);

        var right = await WithoutTerminalAsync("down", "--destructive", "--environment", "staging");
        right.Code.Should().Be(0, right.Output);
        right.Output.Should().NotContain("Type its name");
        (await SchemaAsync()).Should().BeLessThan(newest);
    }

    private Task<int> SchemaAsync() => database.ScalarAsync<int>("SELECT max(version)::int FROM sys.schema_versions");

    // script gives the command a terminal, and that the line.
    private Task<(int Code, string Output)> AtTerminalAsync(string typed, string arguments) => Script.RunProgramAsync(
        Repository.Root, "sh", ["-c", "printf '%s\\n' \"$1\" | script -qec \"./migrate.sh $2\" /dev/null", "sh", typed, $"{arguments} --web {Published}"], Settings());

    private Task<(int Code, string Output)> WithoutTerminalAsync(params string[] arguments) => Script.RunProgramAsync(
        Repository.Root, "sh", ["-c", "exec ./migrate.sh \"$@\" </dev/null", "sh", .. arguments, "--web", Published], Settings());

    private Dictionary<string, string> Settings() => new() { ["ConnectionStrings__Migrator"] = database.MigratorConnectionString + ";Pooling=false", ["DEVICECONSOLE_ENVIRONMENT"] = "" };

    // The application as this test run's build made it.
    private static string Published => Path.Combine(Repository.Root, "DeviceConsole.Web", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0");
}
