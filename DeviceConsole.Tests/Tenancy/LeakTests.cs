using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Tests.Tenancy;

/// <summary>Raw SQL with the application's role against rows of two tenants: what no code of the application stands in front of.</summary>
public sealed class LeakTests : IAsyncLifetime
{
    private TestDatabase database = null!;
    private Guid a, b;

    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        (a, b) = await TwoTenants.FillAsync(database);
    }

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task Without_a_tenant_no_table_shows_a_row()
    {
        foreach (var table in await TablesAsync())
        {
            (await database.ScalarAsync<long>($"SELECT count(*) FROM {table}")).Should().BeGreaterThanOrEqualTo(2, $"TwoTenants needs rows for {table}");
            foreach (var tenant in new[] { null, "" }) (await CountAsync(tenant, $"SELECT count(*) FROM {table}")).Should().Be(0, table);
        }
    }

    [Fact]
    public async Task With_a_tenant_every_table_shows_that_tenants_rows_and_no_others()
    {
        foreach (var table in await TablesAsync())
        {
            var column = table == "tenants" ? "id" : "tenant_id";
            (await CountAsync(a.ToString(), $"SELECT count(*) FROM {table} WHERE {column} = '{a}'")).Should().BePositive(table);
            (await CountAsync(a.ToString(), $"SELECT count(*) FROM {table} WHERE {column} <> '{a}'")).Should().Be(0, table);
        }
    }

    [Fact]
    public async Task Rows_of_another_tenant_cannot_be_changed_or_deleted()
    {
        foreach (var table in (await TablesAsync()).Where(t => t != "tenants"))
        {
            foreach (var statement in new[] { $"UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id = '{b}'", $"DELETE FROM {table} WHERE tenant_id = '{b}'" })
            {
                var (rows, state) = await TryAsync(a.ToString(), statement);
                (state is PostgresErrorCodes.InsufficientPrivilege || (state is null && rows == 0)).Should().BeTrue($"{statement}: {rows} rows, {state}");
            }
        }
    }

    [Fact]
    public async Task A_row_cannot_be_put_into_another_tenant()
    {
        foreach (var table in (await TablesAsync()).Where(t => t != "tenants"))
        {
            var columns = string.Join(',', await Catalog.RowsAsync(database,
                $"SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity = '' AND attname <> 'tenant_id'"));
            (await TryAsync(a.ToString(), $"INSERT INTO {table} (tenant_id, {columns}) SELECT '{b}', {columns} FROM {table}")).State
                .Should().Be(PostgresErrorCodes.InsufficientPrivilege, table);
            (await TryAsync(a.ToString(), $"UPDATE {table} SET tenant_id = '{b}'")).State.Should().Be(PostgresErrorCodes.InsufficientPrivilege, table);
        }
    }

    [Fact]
    public async Task No_foreign_key_can_point_into_another_tenant()
    {
        // As the superuser: the keys alone must hold, without the policies.
        var keys = await Catalog.RowsAsync(database,
            $"""
            WITH t AS ({Catalog.TenantTables})
            SELECT k.conrelid::regclass || '|' || k.confrelid::regclass || '|' ||
                   (SELECT string_agg(format('%I = (SELECT %I FROM %s WHERE tenant_id = ''{b}'' LIMIT 1)', x.attname, y.attname, k.confrelid::regclass), ', ')
                    FROM unnest(k.conkey, k.confkey) AS pair(own, other)
                    JOIN pg_attribute x ON x.attrelid = k.conrelid AND x.attnum = pair.own JOIN pg_attribute y ON y.attrelid = k.confrelid AND y.attnum = pair.other
                    WHERE x.attname <> 'tenant_id')
            FROM pg_constraint k JOIN t a ON a.oid = k.conrelid JOIN t b ON b.oid = k.confrelid WHERE k.contype = 'f' AND b.name <> 'tenants' AND k.conparentid = 0
            """);
        keys.Should().HaveCountGreaterThan(10);
        foreach (var key in keys.Select(k => k.Split('|')))
        {
            var act = () => database.ExecuteAsync($"UPDATE {key[0]} SET {key[2]} WHERE tenant_id = '{a}'");
            (await act.Should().ThrowAsync<PostgresException>($"{key[0]} refers to {key[1]}")).Which.SqlState.Should().Be(PostgresErrorCodes.ForeignKeyViolation);
        }
    }

    [Fact]
    public async Task A_value_that_another_tenant_has_can_be_used_as_if_it_were_free()
    {
        var insert = $"INSERT INTO devices (tenant_id, id, name, serial_number) VALUES ('{a}', gen_random_uuid(), 'n', 'ONLY-B')";
        await database.ExecuteAsync($"INSERT INTO devices (tenant_id, id, name, serial_number) VALUES ('{b}', gen_random_uuid(), 'n', 'ONLY-B')");
        (await TryAsync(a.ToString(), insert)).Rows.Should().Be(1);
        (await TryAsync(a.ToString(), insert)).State.Should().Be(PostgresErrorCodes.UniqueViolation, "within the tenant it is taken");
    }

    [Fact]
    public async Task A_partition_that_is_addressed_directly_is_refused()
    {
        var partitions = await Catalog.RowsAsync(database, "SELECT oid::regclass::text FROM pg_class WHERE relispartition AND relkind = 'r'");
        partitions.Should().NotBeEmpty();
        foreach (var partition in partitions)
            (await TryAsync(a.ToString(), $"SELECT count(*) FROM {partition}")).State.Should().Be(PostgresErrorCodes.InsufficientPrivilege, partition);
    }

    [Fact]
    public async Task The_audit_log_cannot_be_changed_emptied_or_cut()
    {
        foreach (var statement in new[] { "UPDATE audit SET summary = ''", "DELETE FROM audit", "TRUNCATE audit", "DROP TABLE audit", "ALTER TABLE audit DISABLE ROW LEVEL SECURITY" })
            (await TryAsync(a.ToString(), statement)).State.Should().Be(PostgresErrorCodes.InsufficientPrivilege, statement);
        (await TryAsync(a.ToString(), "SELECT sys.drop_partitions('audit', interval '2 days')")).State.Should().Be(PostgresErrorCodes.CheckViolation);
    }

    [Fact]
    public async Task The_role_cannot_be_left_for_a_stronger_one()
    {
        foreach (var role in new[] { "dc_system", "dc_migrator", "dc_backup", "postgres" })
            (await TryAsync(null, $"SET ROLE {role}")).State.Should().Be(PostgresErrorCodes.InsufficientPrivilege, role);
        (await TryAsync(null, "SET SESSION AUTHORIZATION postgres")).State.Should().Be(PostgresErrorCodes.InsufficientPrivilege);
        // row_security = off makes a query fail instead of showing more.
        (await TryAsync(a.ToString(), "SET LOCAL row_security = off; SELECT count(*) FROM devices")).State.Should().Be(PostgresErrorCodes.InsufficientPrivilege);
    }

    private Task<List<string>> TablesAsync() => Catalog.RowsAsync(database, $"SELECT name FROM ({Catalog.TenantTables}) t ORDER BY name");

    private async Task<long> CountAsync(string? tenant, string sql)
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await SetAsync(connection, tenant);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<(int Rows, string? State)> TryAsync(string? tenant, string sql)
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await SetAsync(connection, tenant);
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            var rows = await command.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
            return (rows, null);
        }
        catch (PostgresException e)
        {
            return (0, e.SqlState);
        }
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(database.AppConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task SetAsync(NpgsqlConnection connection, string? tenant)
    {
        if (tenant is null) return;
        await using var command = new NpgsqlCommand("SELECT set_config('app.tenant_id', $1, true)", connection) { Parameters = { new NpgsqlParameter { Value = tenant } } };
        await command.ExecuteNonQueryAsync();
    }
}
