using Npgsql;

namespace DeviceConsole.Migrations;

/// <summary>Tables, columns, constraints, indexes, policies, functions and rights in the words of the catalog, one line each; two of them are compared.</summary>
public static class SchemaShape
{
    /// <summary>The lines, sorted. Partitions, which come and go by the week, are left out.</summary>
    public const string Query =
        """
        SELECT x FROM (
            SELECT format('table %s%s%s', c.oid::regclass, CASE WHEN c.relrowsecurity THEN ', row-level security' ELSE '' END, CASE WHEN c.relforcerowsecurity THEN ', forced' ELSE '' END) AS x
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'sys', 'quartz') AND c.relkind IN ('r', 'p')
            UNION ALL
            SELECT format('column %s.%s %s%s%s', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' ELSE '' END, ' default ' || pg_get_expr(d.adbin, d.adrelid))
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE n.nspname IN ('public', 'sys', 'quartz') AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL SELECT format('constraint %s %s', k.conrelid::regclass, pg_get_constraintdef(k.oid)) FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE n.nspname IN ('public', 'sys', 'quartz')
            UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname IN ('public', 'sys', 'quartz')
            UNION ALL SELECT format('policy %s on %s for %s to %s using %s with check %s', policyname, tablename, cmd, array_to_string(roles, ','), qual, with_check) FROM pg_policies
            UNION ALL SELECT format('function %s %s%s %s', p.oid::regprocedure, CASE WHEN p.prosecdef THEN 'definer ' ELSE '' END, md5(p.prosrc), array_to_string(p.proacl, ','))
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'sys'
            UNION ALL SELECT format('rights on %s: %s', c.oid::regclass, array_to_string(c.relacl, ','))
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'sys', 'quartz') AND c.relkind IN ('r', 'p')
        ) s ORDER BY x COLLATE "C"
        """;

    /// <summary>The schema as it is now, as the connection's transaction sees it.</summary>
    public static async Task<List<string>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Query, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var lines = new List<string>();
        while (await reader.ReadAsync(cancellationToken)) lines.Add(reader.GetString(0));
        return lines;
    }

    /// <summary>What is different: lines that went with a minus, lines that came with a plus.</summary>
    public static IReadOnlyList<string> Difference(IReadOnlyCollection<string> before, IReadOnlyCollection<string> after)
    {
        var (old, fresh) = (before.ToHashSet(), after.ToHashSet());
        return [.. before.Where(l => !fresh.Contains(l)).Select(l => $"- {l}").Concat(after.Where(l => !old.Contains(l)).Select(l => $"+ {l}"))];
    }
}
