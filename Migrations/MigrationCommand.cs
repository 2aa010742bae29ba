using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace DeviceConsole.Migrations;

/// <summary>
/// The command line of the migrator: <c>up</c>, <c>down [N]</c>, <c>status</c>, <c>script</c>, <c>mark NAME</c>. What changes the database
/// says which one it is, and is refused where that is not the environment that is meant or where data would go without the flag for it.
/// </summary>
public static class MigrationCommand
{
    /// <summary>Runs one command. Returns the process's exit code; every failure is one sentence on <paramref name="error"/>.</summary>
    public static async Task<int> RunAsync(string? connectionString, string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
            return Fail(error, "There is no connection string for the migrator: set ConnectionStrings__Migrator to a log-in as dc_migrator.");
        if (MigrationArguments.Parse(arguments) is not { } asked) return Fail(error, MigrationArguments.Usage);
        if (asked.Environment is null && Environment.GetEnvironmentVariable("DEVICECONSOLE_ENVIRONMENT") is { Length: > 0 } meant) asked = asked with { Environment = meant };
        try
        {
            await using var context = MigrationsDbContext.Create(connectionString);
            return asked.Verb switch
            {
                "status" => await StatusAsync(context, output, cancellationToken),
                "script" => await ScriptAsync(context, output),
                _ => await ChangeAsync(context, connectionString, asked, output, error, cancellationToken),
            };
        }
        catch (Exception e) when (Refusal(e)?.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return Fail(error, "A migration could not get its lock within 5 s: something long is running on the database. Nothing was changed by it; run the command again when that has ended.");
        }
        catch (Exception e) when (Refusal(e) is { } refusal)
        {
            return Fail(error, $"The database refused: {refusal.MessageText} (SQLSTATE {refusal.SqlState}). The step was rolled back as a whole.");
        }
        catch (NpgsqlException e)
        {
            return Fail(error, $"The database cannot be reached: {e.Message}. Check ConnectionStrings__Migrator and that PostgreSQL runs.");
        }
        catch (InvalidOperationException e) when (e.InnerException is NpgsqlException inner)
        {
            // EF Core wraps a failed connection in its advice to retry.
            return Fail(error, $"The database cannot be reached: {inner.Message}. Check ConnectionStrings__Migrator and that PostgreSQL runs.");
        }
        catch (ArgumentException e)
        {
            return Fail(error, $"ConnectionStrings__Migrator is no connection string: {e.Message}");
        }
    }

    // EF Core wraps what might pass by itself, a lock that was not free among it, in its advice to retry.
    private static PostgresException? Refusal(Exception e) => e as PostgresException ?? (e as InvalidOperationException)?.InnerException as PostgresException;

    private static async Task<int> ChangeAsync(MigrationsDbContext context, string connectionString, MigrationArguments asked, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        var mark = await MigrationGuard.ReadMarkAsync(connection, cancellationToken);
        await output.WriteLineAsync($"Database {connection.Database} on {connection.Host}:{connection.Port} as {new NpgsqlConnectionStringBuilder(connectionString).Username}, {(mark is null ? "not marked as an environment" : $"environment {mark}")}.");
        if (asked.Verb == "mark")
            return await MigrationGuard.MarkAsync(connection, asked.Environment!, cancellationToken) is { } taken ? Fail(error, taken) : 0;
        var applied = (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        if (MigrationGuard.CheckEnvironment(mark, asked.Environment, empty: applied.Count == 0) is { } wrong) return Fail(error, wrong);
        if (asked.Verb == "down") return await DownAsync(context, applied, asked, output, error, cancellationToken);
        if (await UpAsync(context, connection, applied, asked, output, error, cancellationToken) is var code && (code != 0 || asked.DryRun || mark is not null || asked.Environment is null)) return code;
        return await MigrationGuard.MarkAsync(connection, asked.Environment, cancellationToken) is { } problem ? Fail(error, problem) : 0;
    }

    private static async Task<int> UpAsync(MigrationsDbContext context, NpgsqlConnection connection, List<string> applied, MigrationArguments asked, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        await RequireRolesAsync(context, cancellationToken);
        var pending = (await context.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        var losses = applied.Count == 0 ? [] : pending.SelectMany(p => MigrationGuard.DestructiveStatements(SqlMigration.Read(p, "up")).Select(s => $"{p}: {s}")).ToList();
        if (losses.Count > 0 && !asked.Destructive && !asked.DryRun)
            return Fail(error, $"This deletes or rewrites data ({string.Join("; ", losses)}). Make a backup, then say that you mean it: --destructive");
        if (asked.DryRun) return await DryRunAsync(connection, pending, losses, output, cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
        foreach (var name in pending) await output.WriteLineAsync($"up {name}");
        await output.WriteLineAsync(pending.Count == 0 ? "The schema is up to date." : $"{pending.Count} migrations applied.");
        return 0;
    }

    // All of it in one transaction that is rolled back: what would be different, and that it works with the rows that are there.
    private static async Task<int> DryRunAsync(NpgsqlConnection connection, List<string> pending, List<string> losses, TextWriter output, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var before = await SchemaShape.ReadAsync(connection, cancellationToken);
        foreach (var name in pending)
        {
            await using var command = new NpgsqlCommand(SqlMigration.LockTimeout + SqlMigration.Read(name, "up"), connection) { CommandTimeout = 600 };
            await command.ExecuteNonQueryAsync(cancellationToken);
            await output.WriteLineAsync($"would go up {name}");
        }
        foreach (var line in SchemaShape.Difference(before, await SchemaShape.ReadAsync(connection, cancellationToken))) await output.WriteLineAsync(line);
        foreach (var loss in losses) await output.WriteLineAsync($"! {loss}");
        await transaction.RollbackAsync(cancellationToken);
        await output.WriteLineAsync(pending.Count == 0 ? "The schema is up to date." : $"{pending.Count} migrations would be applied. Nothing was changed.");
        return 0;
    }

    private static async Task<int> DownAsync(MigrationsDbContext context, List<string> applied, MigrationArguments asked, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (applied.Count == 0) return Fail(error, "There is nothing to take down: no migration is applied.");
        if (!asked.Destructive)
            return Fail(error, $"Going back deletes what the versions {string.Join(", ", applied.TakeLast(asked.Steps))} hold. Make a backup, then say that you mean it: --destructive");
        var target = asked.Steps >= applied.Count ? Migration.InitialDatabase : applied[^(asked.Steps + 1)];
        await context.GetService<IMigrator>().MigrateAsync(target, cancellationToken);
        foreach (var name in applied.AsEnumerable().Reverse().Take(asked.Steps)) await output.WriteLineAsync($"down {name}");
        return 0;
    }

    private static async Task<int> StatusAsync(MigrationsDbContext context, TextWriter output, CancellationToken cancellationToken)
    {
        var applied = (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).ToHashSet();
        foreach (var name in context.Database.GetMigrations())
            await output.WriteLineAsync($"{(applied.Contains(name) ? "applied" : "pending")} {name}");
        return 0;
    }

    // Not the idempotent form: that wraps statements in DO blocks, which CREATE INDEX CONCURRENTLY does not survive.
    private static async Task<int> ScriptAsync(MigrationsDbContext context, TextWriter output)
    {
        await output.WriteLineAsync(context.GetService<IMigrator>().GenerateScript());
        return 0;
    }

    private static async Task RequireRolesAsync(MigrationsDbContext context, CancellationToken cancellationToken)
    {
        var missing = await context.Database.SqlQueryRaw<string>(
            "SELECT r AS \"Value\" FROM unnest(ARRAY['dc_app','dc_system','dc_migrator','dc_backup']) r WHERE NOT EXISTS (SELECT 1 FROM pg_roles p WHERE p.rolname = r)")
            .ToListAsync(cancellationToken);
        if (missing.Count > 0)
            throw new PostgresException($"the roles {string.Join(", ", missing)} do not exist; run deploy/sql/roles.sql as a superuser first", "ERROR", "ERROR", PostgresErrorCodes.UndefinedObject);
    }

    private static int Fail(TextWriter error, string sentence)
    {
        error.WriteLine(sentence);
        return 1;
    }
}
