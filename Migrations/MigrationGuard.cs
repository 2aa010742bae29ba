using System.Text.RegularExpressions;
using Npgsql;

namespace DeviceConsole.Migrations;

/// <summary>Is this the right database, and is what is about to be done something that can be undone?</summary>
public static partial class MigrationGuard
{
    /// <summary>Which environment the database is marked as; null where it is not marked.</summary>
    public static async Task<string?> ReadMarkAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass('sys.environment') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true) return null;
        await using var read = new NpgsqlCommand("SELECT name FROM sys.environment", connection);
        return await read.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>Marks the database; a mark that is there stays unless it is the same.</summary>
    public static async Task<string?> MarkAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var write = new NpgsqlCommand("INSERT INTO sys.environment (name) VALUES ($1) ON CONFLICT (one) DO NOTHING", connection);
        write.Parameters.Add(new NpgsqlParameter { Value = name });
        await write.ExecuteNonQueryAsync(cancellationToken);
        var mark = await ReadMarkAsync(connection, cancellationToken);
        return mark == name ? null : $"The database is marked as {mark} already. If it has become another one, delete the row of sys.environment first.";
    }

    /// <summary>Null, or the sentence that says why this is not the database that the caller means.</summary>
    public static string? CheckEnvironment(string? mark, string? meant, bool empty) => (mark, meant) switch
    {
        (null, null) => null,
        (null, _) when empty => null,
        (null, _) => $"{meant} is meant, but this database is not marked as an environment. If it is the right one, run: ./migrate.sh mark {meant}",
        (_, null) => $"This database is marked as {mark}. If you mean it, say so: --environment {mark} (or DEVICECONSOLE_ENVIRONMENT={mark}).",
        _ when mark != meant => $"{meant} is meant, but this database is marked as {mark}. Nothing was done; check ConnectionStrings__Migrator.",
        _ => null,
    };

    /// <summary>The statements of a migration that delete data or rewrite a table, as they stand in it.</summary>
    public static IReadOnlyList<string> DestructiveStatements(string sql) =>
        [.. Destructive().Matches(Comment().Replace(sql, "")).Select(m => Space().Replace(m.Value, " "))];

    [GeneratedRegex("--[^\\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex("\\s+")]
    private static partial Regex Space();

    [GeneratedRegex("\\b(DROP\\s+(TABLE|COLUMN|SCHEMA)\\s+(IF\\s+EXISTS\\s+)?[\\w.\"]+|TRUNCATE\\s+(TABLE\\s+)?[\\w.\"]+|ALTER\\s+COLUMN\\s+[\\w\"]+\\s+(SET\\s+DATA\\s+)?TYPE\\s+\\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex Destructive();
}
