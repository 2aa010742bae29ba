using System.Reflection;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceConsole.Migrations;

/// <summary>
/// A migration whose two directions are SQL files of this assembly, named by the migration's number and name.
/// Runs in one transaction with a lock time-out: a migration that cannot get its lock fails in seconds
/// instead of queueing every query of the application behind it.
/// </summary>
public abstract class SqlMigration(string file) : Migration
{
    /// <summary>How long a migration waits for a lock.</summary>
    internal const string LockTimeout = "SET LOCAL lock_timeout = '5s';\n";

    /// <summary>The SQL of one direction.</summary>
    public static string Read(string file, string direction)
    {
        var name = $"{file}.{direction}.sql";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The migration file {name} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(LockTimeout + Read(file, "up"));

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(LockTimeout + Read(file, "down"));
}
