using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using Npgsql;

namespace DeviceConsole.Tests.Peers;

/// <summary>One database of a <see cref="PostgresServer"/>; dropped when the test is done with it.</summary>
public sealed class TestDatabase(PostgresServer server, string name) : IAsyncDisposable
{
    private DataSources? sources;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Its server.</summary>
    public PostgresServer Server => server;

    /// <summary>As the application's role.</summary>
    public string AppConnectionString => server.ConnectionString("dc_app", name);

    /// <summary>As the owner of the tables.</summary>
    public string MigratorConnectionString => server.ConnectionString("dc_migrator", name);

    /// <summary>As the superuser, past row-level security: for checks only.</summary>
    public string SuperuserConnectionString => server.ConnectionString("postgres", name);

    /// <summary>The application's pools on this database.</summary>
    public DataSources Sources => sources ??= new DataSources(AppConnectionString, AppConnectionString);

    /// <summary>A fresh database with the whole schema on the shared server.</summary>
    public static async Task<TestDatabase> CreateAsync() => await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    /// <summary>Creates a tenant; its devices may be anywhere on this machine.</summary>
    public async Task<Guid> CreateTenantAsync(string? slug = null)
    {
        var id = Guid.CreateVersion7();
        await ExecuteAsync("INSERT INTO tenants (id, slug, name, allowed_networks) VALUES ($1, $2, $3, '{127.0.0.0/8,::1/128}')", id, slug ?? $"t-{id:n}"[..24], slug ?? $"Tenant {id:n}"[..16]);
        return id;
    }

    /// <summary>A caller with a role in a tenant.</summary>
    public static Caller CallerOf(Guid tenant, string role = Roles.TenantAdmin) =>
        new(tenant, ActorKind.User, Guid.CreateVersion7(), role, Roles.RightsOf(role), DeviceScope.All, tenant);

    /// <summary>Runs SQL as the superuser; the number of rows changed.</summary>
    public async Task<int> ExecuteAsync(string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(SuperuserConnectionString);
        await connection.OpenAsync();
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row, read as the superuser.</summary>
    public async Task<T> ScalarAsync<T>(string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(SuperuserConnectionString);
        await connection.OpenAsync();
        await using var command = Command(connection, sql, parameters);
        return (T)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException("The query gave no row."));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (sources is not null) await sources.DisposeAsync();
        // Only its own: other tests run meanwhile.
        foreach (var own in new[] { AppConnectionString, MigratorConnectionString, SuperuserConnectionString })
        {
            await using var connection = new NpgsqlConnection(own);
            NpgsqlConnection.ClearPool(connection);
        }
        await server.ExecuteAsync("postgres", $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters) command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return command;
    }
}
