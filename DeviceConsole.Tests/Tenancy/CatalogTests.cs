using DeviceConsole.Tests.Peers;

namespace DeviceConsole.Tests.Tenancy;

/// <summary>Sweeps the catalog of a migrated database: a table that forgets a part of the wall between tenants fails here.</summary>
public sealed class CatalogTests : IAsyncLifetime
{
    private TestDatabase database = null!;

    public async Task InitializeAsync() => database = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task Every_table_without_a_tenant_is_listed_with_its_reason()
    {
        var schemas = string.Join(',', TenancyExceptions.SchemasWithoutTenant.Keys.Select(s => $"'{s}'"));
        var found = await RowsAsync(
            $"""
            SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', {schemas}) AND c.relname <> 'tenants'
              AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnotnull AND NOT a.attisdropped)
            """);
        found.Should().BeEquivalentTo(TenancyExceptions.TablesWithoutTenant.Keys);
    }

    [Fact]
    public async Task Every_tenant_table_and_every_partition_has_row_level_security_enabled_and_forced() =>
        (await RowsAsync(
            """
            SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'part') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
              AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('tenant_id', 'slug') AND NOT a.attisdropped)
            """)).Should().BeEmpty();

    [Fact]
    public async Task Every_tenant_table_has_the_tenant_policy_for_reading_and_for_writing()
    {
        const string Setting = "( SELECT (NULLIF(current_setting(''app.tenant_id''::text, true), ''''::text))::uuid AS \"nullif\")";
        (await RowsAsync(
            $"""
            WITH t AS ({Catalog.TenantTables})
            SELECT t.name FROM t LEFT JOIN pg_policy p ON p.polrelid = t.oid AND p.polname = 'tenant' AND p.polcmd = '*' AND p.polpermissive AND p.polroles = '{"{0}"}'
            WHERE pg_get_expr(p.polqual, p.polrelid) IS DISTINCT FROM format('(%s = {Setting})', CASE t.name WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END)
               OR pg_get_expr(p.polwithcheck, p.polrelid) IS DISTINCT FROM pg_get_expr(p.polqual, p.polrelid)
            """)).Should().BeEmpty();
    }

    [Fact]
    public async Task Other_policies_are_for_the_migrator_and_the_system_role_only() =>
        (await RowsAsync(
            """
            SELECT c.relname, p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
            WHERE p.polname <> 'tenant' AND NOT (p.polname = 'migrator' AND p.polroles = ARRAY[(SELECT oid FROM pg_roles WHERE rolname = 'dc_migrator')])
              AND NOT (p.polname = 'system' AND p.polroles = ARRAY[(SELECT oid FROM pg_roles WHERE rolname = 'dc_system')])
            """)).Should().BeEmpty();

    [Fact]
    public async Task Every_tenant_table_has_an_index_that_begins_with_the_tenant() =>
        (await RowsAsync(
            $"""
            WITH t AS ({Catalog.TenantTables})
            SELECT t.name FROM t WHERE t.name <> 'tenants' AND NOT EXISTS (SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
                WHERE i.indrelid = t.oid AND a.attname = 'tenant_id' AND i.indisvalid AND i.indpred IS NULL)
            """)).Should().BeEmpty();

    [Fact]
    public async Task Every_unique_key_of_a_tenant_table_begins_with_the_tenant() =>
        (await RowsAsync(
            $"""
            WITH t AS ({Catalog.TenantTables})
            SELECT t.name, i.indexrelid::regclass::text FROM t JOIN pg_index i ON i.indrelid = t.oid LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
            WHERE i.indisunique AND t.name <> 'tenants' AND a.attname IS DISTINCT FROM 'tenant_id'
            """)).Should().BeEmpty("a global unique key tells that another tenant's value exists");

    [Fact]
    public async Task Every_foreign_key_between_tenant_tables_carries_the_tenant_on_both_sides() =>
        (await RowsAsync(
            $"""
            WITH t AS ({Catalog.TenantTables})
            SELECT k.conrelid::regclass::text, k.conname FROM pg_constraint k JOIN t a ON a.oid = k.conrelid JOIN t b ON b.oid = k.confrelid
            WHERE k.contype = 'f' AND NOT EXISTS (
                SELECT 1 FROM unnest(k.conkey, k.confkey) AS pair(own, other)
                JOIN pg_attribute x ON x.attrelid = k.conrelid AND x.attnum = pair.own JOIN pg_attribute y ON y.attrelid = k.confrelid AND y.attnum = pair.other
                WHERE x.attname = 'tenant_id' AND y.attname = CASE b.name WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END)
            """)).Should().BeEmpty("a plain key lets a row point into another tenant");

    [Fact]
    public async Task No_table_refers_from_one_without_a_tenant_to_one_with() =>
        (await RowsAsync(
            $"""
            WITH t AS ({Catalog.TenantTables})
            SELECT k.conrelid::regclass::text, k.conname FROM pg_constraint k JOIN t ON t.oid = k.confrelid
            WHERE k.contype = 'f' AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attname = 'tenant_id')
            """)).Should().BeEmpty();

    [Fact]
    public async Task The_application_may_not_truncate_refer_to_or_put_triggers_on_any_table_and_owns_nothing()
    {
        (await RowsAsync(
            """
            SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('public', 'part', 'sys', 'quartz') AND c.relkind IN ('r', 'p', 'v', 'm')
              AND (has_table_privilege('dc_app', c.oid, 'TRUNCATE') OR has_table_privilege('dc_app', c.oid, 'REFERENCES') OR has_table_privilege('dc_app', c.oid, 'TRIGGER'))
            """)).Should().BeEmpty();
        (await RowsAsync("SELECT c.relname FROM pg_class c WHERE c.relowner = 'dc_app'::regrole UNION ALL SELECT p.proname FROM pg_proc p WHERE p.proowner = 'dc_app'::regrole")).Should().BeEmpty();
        (await RowsAsync("SELECT r.rolname FROM pg_roles r WHERE r.rolname = 'dc_app' AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb)")).Should().BeEmpty();
        (await RowsAsync("SELECT r.rolname FROM pg_roles r WHERE r.rolname <> 'dc_app' AND pg_has_role('dc_app', r.oid, 'MEMBER')")).Should().BeEmpty();
    }

    [Fact]
    public async Task The_application_has_no_right_on_partitions_and_not_even_on_their_schema() =>
        (await RowsAsync(
            """
            SELECT c.oid::regclass::text FROM pg_class c WHERE c.relispartition AND c.relkind = 'r' AND has_any_column_privilege('dc_app', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
            UNION ALL SELECT nspname::text FROM pg_namespace WHERE nspname = 'part' AND has_schema_privilege('dc_app', oid, 'USAGE, CREATE')
            UNION ALL SELECT nspname::text FROM pg_namespace WHERE nspname IN ('public', 'sys') AND has_schema_privilege('dc_app', oid, 'CREATE')
            """)).Should().BeEmpty();

    [Fact]
    public async Task Logs_are_append_only_for_the_application()
    {
        foreach (var table in TenancyExceptions.AppendOnly)
            (await database.ScalarAsync<bool>($"SELECT has_table_privilege('dc_app', '{table}', 'INSERT') AND NOT has_any_column_privilege('dc_app', '{table}', 'UPDATE') AND NOT has_table_privilege('dc_app', '{table}', 'DELETE')"))
                .Should().BeTrue(table);
    }

    [Fact]
    public async Task Functions_that_pass_row_level_security_are_listed_with_their_reason() =>
        (await RowsAsync("SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND n.nspname NOT LIKE 'pg\\_%'"))
            .Should().BeEquivalentTo(TenancyExceptions.DefinerFunctions.Keys);

    [Fact]
    public async Task Functions_that_pass_row_level_security_belong_to_dc_system_have_a_fixed_search_path_and_are_not_public() =>
        (await RowsAsync(
            """
            SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE p.prosecdef AND n.nspname NOT LIKE 'pg\_%' AND (p.proowner <> 'dc_system'::regrole OR n.nspname <> 'sys'
               OR NOT coalesce(p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false)
               OR EXISTS (SELECT 1 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE'))
            """)).Should().BeEmpty();

    [Fact]
    public async Task Every_function_of_ours_has_a_fixed_search_path() =>
        (await RowsAsync(
            """
            SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = 'sys' AND NOT coalesce(p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false)
            """)).Should().BeEmpty();

    [Fact]
    public async Task Views_run_as_their_caller_and_nothing_is_materialised() =>
        (await RowsAsync(
            """
            SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('public', 'sys', 'part') AND (c.relkind = 'm' OR (c.relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)))
            """)).Should().BeEmpty();

    private Task<List<string>> RowsAsync(string sql) => Catalog.RowsAsync(database, sql);
}
