using Npgsql;

namespace DeviceConsole.Core.Data;

/// <summary>
/// What must hold before the application serves: its role cannot pass row-level security, and the schema is one that it runs on.
/// </summary>
public static class DatabaseCheck
{
    /// <summary>The oldest schema version that this application runs on.</summary>
    public const int RequiredSchema = 70;

    /// <summary>This application's version, compared with each schema version's <c>min_app</c>.</summary>
    public static Version AppVersion { get; } = typeof(DatabaseCheck).Assembly.GetName().Version ?? new Version(0, 0);

    /// <summary>Null when all is well, else one sentence that says what is wrong and what to do.</summary>
    public static async Task<string?> FindProblemAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await CheckRoleAsync(source, cancellationToken) ?? await CheckSchemaAsync(source, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            return "PostgreSQL refused the log-in of ConnectionStrings__App; check its user name and password.";
        }
        catch (NpgsqlException e) when (e is not PostgresException)
        {
            return $"PostgreSQL cannot be reached with ConnectionStrings__App: {e.Message}";
        }
    }

    private static async Task<string?> CheckRoleAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            """
            SELECT r.rolsuper, r.rolbypassrls,
                   EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                           WHERE n.nspname IN ('public', 'part', 'sys', 'quartz') AND pg_has_role(current_user, c.relowner, 'MEMBER')),
                   EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                           WHERE n.nspname IN ('public', 'part', 'quartz') AND c.relkind IN ('r', 'p') AND has_table_privilege(current_user, c.oid, 'TRUNCATE')),
                   pg_has_role(current_user, 'dc_system', 'MEMBER') OR pg_has_role(current_user, 'dc_migrator', 'MEMBER'), current_user
            FROM pg_roles r WHERE r.rolname = current_user
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var role = reader.GetString(5);
        string? flaw = null;
        if (reader.GetBoolean(0)) flaw = "is a superuser";
        else if (reader.GetBoolean(1)) flaw = "has BYPASSRLS";
        else if (reader.GetBoolean(4)) flaw = "is a member of dc_system or dc_migrator";
        else if (reader.GetBoolean(2)) flaw = "owns tables";
        else if (reader.GetBoolean(3)) flaw = "may TRUNCATE tables";
        return flaw is null ? null
            : $"The database role {role} {flaw}, so row-level security would not hold between tenants. Log in as dc_app, made by deploy/sql/roles.sql.";
    }

    private static async Task<string?> CheckSchemaAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = source.CreateCommand("SELECT version, min_app FROM sys.schema_versions ORDER BY version DESC");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken)) return "The database has no schema yet. Run: ./migrate.sh up";
            var version = reader.GetInt32(0);
            if (version < RequiredSchema)
                return $"The database schema is version {version}, but this application needs at least {RequiredSchema}. Run: ./migrate.sh up";
            do
            {
                if (Version.Parse(reader.GetString(1)) > AppVersion)
                    return $"Schema version {reader.GetInt32(0)} needs application {reader.GetString(1)} or newer, but this is {AppVersion.ToString(3)}. Start the newer application, or run: ./migrate.sh down";
            }
            while (await reader.ReadAsync(cancellationToken));
            return null;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.InsufficientPrivilege)
        {
            return "The database has no schema yet. Run: ./migrate.sh up";
        }
    }
}
