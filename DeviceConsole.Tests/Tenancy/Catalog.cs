using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Tests.Tenancy;

/// <summary>What PostgreSQL's catalog says about the schema.</summary>
internal static class Catalog
{
    /// <summary>Tables of the product with a tenant_id (and tenants itself), partitioned parents included, partitions not.</summary>
    public const string TenantTables =
        """
        SELECT c.oid, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND (c.relname = 'tenants' OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped))
        """;

    /// <summary>The rows of a query as text, columns joined by a blank.</summary>
    public static async Task<List<string>> RowsAsync(TestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.SuperuserConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i).ToString())));
        return rows;
    }
}
