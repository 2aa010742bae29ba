using System.Globalization;
using System.Text;
using DeviceConsole.Tests.Peers;
using Npgsql;

namespace DeviceConsole.Tests.Docs;

/// <summary>The second part of docs/DATA_MODEL.md is made of PostgreSQL's catalog: a schema that changes without its page fails here.</summary>
public sealed class DataModelPageTests
{
    // Quartz's own tables are its manual's; partitions come and go with the weeks.
    private const string Tables =
        """
        SELECT c.oid::text, n.nspname || '.' || c.relname, coalesce(obj_description(c.oid, 'pg_class'), ''), coalesce(pg_get_partkeydef(c.oid), ''), c.relrowsecurity, c.relforcerowsecurity,
               coalesce((SELECT string_agg(p, ', ' ORDER BY p) FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p WHERE has_table_privilege('dc_app', c.oid, p)), '')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('public', 'sys') AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY n.nspname, c.relname
        """;

    private const string Columns =
        """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, coalesce(CASE a.attgenerated WHEN 's' THEN 'always ' ELSE '' END || pg_get_expr(d.adbin, d.adrelid), '')
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
        """;

    private const string Constraints = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = $1::oid AND contype IN ('p', 'u', 'f', 'c', 'x') AND conparentid = 0 ORDER BY position(contype::text IN 'pufcx'), conname";

    private const string Indexes =
        """
        SELECT c.relname, regexp_replace(pg_get_indexdef(c.oid), '^CREATE (UNIQUE )?INDEX .* USING ', '\1') FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = $1::oid AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')) ORDER BY c.relname
        """;

    private const string Policies =
        """
        SELECT p.polname, CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'all' END,
               coalesce((SELECT string_agg(rolname, ', ' ORDER BY rolname) FROM pg_roles WHERE oid = ANY (p.polroles)), 'everybody'), coalesce(pg_get_expr(p.polqual, p.polrelid), ''), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
        FROM pg_policy p WHERE p.polrelid = $1::oid ORDER BY p.polname
        """;

    private const string Functions =
        """
        SELECT p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_function_result(p.oid), p.prosecdef, pg_get_userbyid(p.proowner), has_function_privilege('dc_app', p.oid, 'EXECUTE')
        FROM pg_proc p WHERE p.pronamespace = 'sys'::regnamespace ORDER BY 1
        """;

    private const string OwnTenant = "(tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS \"nullif\"))";

    [Fact]
    public async Task The_page_is_up_to_date()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = new NpgsqlConnection(database.SuperuserConnectionString);
        await connection.OpenAsync();
        var text = new StringBuilder("# Every table\n\n\"own tenant\" stands for the policy that every table of a tenant has: `tenant_id` is the one set for the transaction. The rights are those of dc_app.\n");
        foreach (var table in await RowsAsync(connection, Tables)) await TableAsync(connection, text, table);
        text.Append("\n# Functions in sys\n\n| function | returns | runs as | dc_app may |\n| --- | --- | --- | --- |\n");
        foreach (var f in await RowsAsync(connection, Functions)) Line(text, $"| `{f[0]}` | `{f[1]}` | {(f[2] == "True" ? f[3] : "its caller")} | {(f[4] == "True" ? "yes" : "")} |");

        GeneratedPage.CheckBelow("docs/DATA_MODEL.md", text.ToString());
    }

    private static async Task TableAsync(NpgsqlConnection connection, StringBuilder text, string[] table)
    {
        var security = table[4] == "True" ? table[5] == "True" ? "Row-level security is enabled and forced." : "Row-level security is enabled." : "No row-level security.";
        Line(text, $"\n## {table[1].Replace("public.", "", StringComparison.Ordinal)}\n\n{(table[2].Length > 0 ? table[2] + " " : "")}{(table[3].Length > 0 ? $"Partitioned by {table[3]}. " : "")}{security}{(table[6].Length > 0 ? $" {table[6]}." : "")}\n");
        Line(text, "| column | type | null | default |\n| --- | --- | --- | --- |");
        foreach (var c in await RowsAsync(connection, Columns, table[0])) Line(text, $"| `{c[0]}` | {c[1]} | {(c[2] == "True" ? "" : "yes")} | {Code(c[3])} |");
        text.Append('\n');
        foreach (var k in await RowsAsync(connection, Constraints, table[0])) Line(text, $"- {k[0]}: `{OneLine(k[1])}`");
        foreach (var i in await RowsAsync(connection, Indexes, table[0])) Line(text, $"- index {i[0]}: `{OneLine(i[1])}`");
        foreach (var p in await RowsAsync(connection, Policies, table[0])) Line(text, $"- policy {p[0]} ({p[1]}, {p[2]}): {Meaning(p[3], p[4])}");
    }

    private static string Meaning(string rows, string check)
    {
        string Word(string expression) => expression == OwnTenant ? "own tenant" : $"`{OneLine(expression)}`";
        return rows == check || check.Length == 0 ? Word(rows) : rows.Length == 0 ? $"new rows {Word(check)}" : $"{Word(rows)}, new rows {Word(check)}";
    }

    private static string Code(string expression) => expression.Length == 0 ? "" : $"`{OneLine(expression).Replace("|", "\\|", StringComparison.Ordinal)}`";

    private static string OneLine(string sql) => string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');

    private static async Task<List<string[]>> RowsAsync(NpgsqlConnection connection, string sql, string? table = null)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (table is not null) command.Parameters.Add(new NpgsqlParameter { Value = table });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string[]>();
        while (await reader.ReadAsync()) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)!)]);
        return rows;
    }
}
