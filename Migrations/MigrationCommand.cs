using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace DeviceConsole.Migrations;

/// <summary>
/// The command line of the migrator: <c>up</c>, <c>down [N]</c>, <c>status</c>, <c>script</c>.
/// </summary>
public static class MigrationCommand
{
    private const string Usage = "Use: migrate up | down [N] | status | script";

    /// <summary>Runs one command. Returns the process's exit code; every failure is one sentence on <paramref name="error"/>.</summary>
    public static async Task<int> RunAsync(string? connectionString, string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
            return Fail(error, "There is no connection string for the migrator: set ConnectionStrings__Migrator to a log-in as dc_migrator.");
        try
        {
            await using var context = MigrationsDbContext.Create(connectionString);
            return arguments switch
            {
                ["up"] => await UpAsync(context, output, cancellationToken),
                ["down"] => await DownAsync(context, 1, output, error, cancellationToken),
                ["down", var count] when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0
                    => await DownAsync(context, n, output, error, cancellationToken),
                ["status"] => await StatusAsync(context, output, cancellationToken),
                ["script"] => await ScriptAsync(context, output),
                _ => Fail(error, Usage),
            };
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return Fail(error, "A migration could not get its lock within 5 s: something long is running on the database. Nothing was changed by it; run the command again when that has ended.");
        }
        catch (PostgresException e)
        {
            return Fail(error, $"The database refused: {e.MessageText} (SQLSTATE {e.SqlState}). The step was rolled back as a whole.");
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

    private static async Task<int> UpAsync(MigrationsDbContext context, TextWriter output, CancellationToken cancellationToken)
    {
        await RequireRolesAsync(context, cancellationToken);
        var pending = (await context.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        await context.Database.MigrateAsync(cancellationToken);
        foreach (var name in pending) await output.WriteLineAsync($"up {name}");
        await output.WriteLineAsync(pending.Count == 0 ? "The schema is up to date." : $"{pending.Count} migrations applied.");
        return 0;
    }

    private static async Task<int> DownAsync(MigrationsDbContext context, int count, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var applied = (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        if (applied.Count == 0) return Fail(error, "There is nothing to take down: no migration is applied.");
        var target = count >= applied.Count ? Migration.InitialDatabase : applied[^(count + 1)];
        await context.GetService<IMigrator>().MigrateAsync(target, cancellationToken);
        foreach (var name in applied.AsEnumerable().Reverse().Take(count)) await output.WriteLineAsync($"down {name}");
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
