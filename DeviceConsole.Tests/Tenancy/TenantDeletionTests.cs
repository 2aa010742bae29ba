using System.IO.Compression;
using System.Text.Json.Nodes;
using DeviceConsole.Core;
using DeviceConsole.Core.Audit;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Core.Tenancy.Export;
using DeviceConsole.Tests.Accounts;
using DeviceConsole.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace DeviceConsole.Tests.Tenancy;

/// <summary>The end of a tenant: nothing of it stays in any table, and nothing of another is touched.</summary>
public sealed class TenantDeletionTests : IAsyncLifetime
{
    private static readonly Caller Admin = AppHost.Maker(Tenant.Platform, Roles.PlatformAdmin);
    private readonly MovedTime time = new();
    private TestDatabase database = null!;
    private TenantDirectory directory = null!;
    private TenantDeletion deletion = null!;
    private Guid doomed, other;

    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        directory = new TenantDirectory(database.Sources, time);
        deletion = new TenantDeletion(database.Sources, directory, time, NullLogger<TenantDeletion>.Instance);
        (doomed, other) = await TwoTenants.FillAsync(database);
    }

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task Nothing_of_a_deleted_tenant_stays_in_any_table_and_every_row_of_another_does()
    {
        var before = await FingerprintAsync(other);
        var platform = (await FingerprintAsync(Tenant.Platform)).Where(t => !t.StartsWith("audit ", StringComparison.Ordinal)).ToList();
        before.Should().OnlyContain(t => !t.EndsWith(" 0", StringComparison.Ordinal), "the other tenant has a row in every table");

        (await deletion.DeleteAsync(Admin, doomed, "tenant-a", suspend: true, default)).Value.Should().BeTrue();

        (await FingerprintAsync(doomed)).Should().OnlyContain(t => t.EndsWith(" 0", StringComparison.Ordinal));
        (await FingerprintAsync(other)).Should().Equal(before);
        (await FingerprintAsync(Tenant.Platform)).Where(t => !t.StartsWith("audit ", StringComparison.Ordinal)).Should().Equal(platform);
        (await database.ScalarAsync<long>("SELECT count(*) FROM tenants WHERE id = $1", doomed)).Should().Be(0);
        var log = (await new AuditLog(database.Sources).ListAsync(Admin, null, 10, default)).Value.Items;
        log.Select(r => r.Action).Should().Equal("tenant.deleted", "tenant.delete", "tenant.update");
        log[1].Summary.Should().Contain("tenant-a").And.Contain("1 device");
        log[0].Summary.Should().Contain("as test asked");
    }

    [Fact]
    public async Task Every_tenant_table_of_the_catalog_is_one_that_a_deletion_empties()
    {
        var swept = await Catalog.RowsAsync(database, "SELECT relation::oid FROM sys.tenant_tables()");
        var carrying = await Catalog.RowsAsync(database,
            "SELECT a.attrelid FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attname = 'tenant_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND NOT c.relispartition");
        swept.Should().BeEquivalentTo(carrying);
        (await Catalog.RowsAsync(database, "SELECT relation FROM sys.tenant_tables() WHERE NOT (has_table_privilege('dc_system', relation, 'SELECT') AND has_table_privilege('dc_system', relation, 'DELETE'))"))
            .Should().BeEmpty("the deletion works with the rights of dc_system");
        await using var connection = new NpgsqlConnection(database.MigratorConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("CREATE TABLE later (tenant_id uuid NOT NULL); SELECT has_table_privilege('dc_system', 'later', 'SELECT') AND has_table_privilege('dc_system', 'later', 'DELETE')", connection);
        (await command.ExecuteScalarAsync()).Should().Be(true, "a table of a later migration is covered too");
    }

    [Fact]
    public async Task A_large_tenant_goes_in_steps_that_the_sweep_makes_and_what_came_late_goes_after_it()
    {
        await database.ExecuteAsync(
            "INSERT INTO job_transitions (tenant_id, job_id, state, attempt) SELECT $1, gen_random_uuid(), 'queued', 0 FROM generate_series(1, 2500)", doomed);
        await SuspendAsync();
        await BeginAsync();
        (await StepAsync(doomed, 100)).Should().Be((1, false), "the time was up after the first table's only row");
        (await directory.ListAsync(Admin, default)).Value.Single(t => t.Id == doomed).IsDeleting.Should().BeTrue();
        (await directory.UpdateAsync(Admin, doomed, new TenantUpdate("Back again", true, []), default)).Problem!.Kind.Should().Be(ProblemKind.Conflict);

        await deletion.SweepAsync(default);
        (await FingerprintAsync(doomed)).Should().OnlyContain(t => t.EndsWith(" 0", StringComparison.Ordinal));

        // A node that had not heard of it yet.
        await database.ExecuteAsync("INSERT INTO audit (tenant_id, id, actor_kind, actor_name, action, target_kind, summary) VALUES ($1, gen_random_uuid(), 'system', 'x', 'a', 'b', 'c')", doomed);
        await deletion.SweepAsync(default);
        (await FingerprintAsync(doomed)).Should().OnlyContain(t => t.EndsWith(" 0", StringComparison.Ordinal));
        (await database.ScalarAsync<long>("SELECT count(*) FROM sys.tenant_deletions")).Should().Be(1, "more may come for some minutes");
        await database.ExecuteAsync("UPDATE sys.tenant_deletions SET gone_at = now() - interval '6 minutes'");
        await deletion.SweepAsync(default);
        (await database.ScalarAsync<long>("SELECT count(*) FROM sys.tenant_deletions")).Should().Be(0);
        (await database.ScalarAsync<long>("SELECT count(*) FROM audit WHERE action = 'tenant.deleted'")).Should().Be(1);
    }

    [Fact]
    public async Task It_takes_the_typed_short_name_a_suspended_tenant_and_a_platform_administrator()
    {
        (await deletion.DeleteAsync(Admin, doomed, "tenant-b", suspend: true, default)).Problem!.Errors.Single().Field.Should().Be("slug");
        (await deletion.DeleteAsync(Admin, doomed, "tenant-a", suspend: false, default)).Problem!.Kind.Should().Be(ProblemKind.Conflict);
        (await deletion.DeleteAsync(Admin, Tenant.Platform, "platform", suspend: true, default)).Problem!.Kind.Should().Be(ProblemKind.Conflict);
        (await deletion.DeleteAsync(Admin, Guid.NewGuid(), "nobody", suspend: true, default)).Problem!.Kind.Should().Be(ProblemKind.NotFound);
        foreach (var caller in new[] { AppHost.Maker(doomed), AppHost.Maker(doomed) with { Rights = Roles.RightsOf(Roles.PlatformAdmin) }, Admin with { Rights = Roles.RightsOf(Roles.TenantAdmin) } })
        {
            (await deletion.DeleteAsync(caller, doomed, "tenant-a", suspend: true, default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
            (await deletion.CountAsync(caller, doomed, default)).Problem!.Kind.Should().Be(ProblemKind.Forbidden);
        }
        (await directory.GetAsync(doomed, default))!.IsActive.Should().BeTrue("nothing happened");
    }

    [Theory]
    [InlineData("active", "tenant-a", PostgresErrorCodes.CheckViolation)]
    [InlineData("suspended", "tenant-b", PostgresErrorCodes.CheckViolation)]
    [InlineData("not the platform", "tenant-a", PostgresErrorCodes.InsufficientPrivilege)]
    public async Task The_database_checks_it_too(string state, string slug, string code)
    {
        if (state == "suspended") await SuspendAsync();
        await using var batch = new TenantBatch(database.Sources.App, state == "not the platform" ? doomed : Tenant.Platform);
        var act = () => batch.Add("SELECT sys.platform_delete_tenant($1, $2, 'x')", Sql.Uuid(doomed), Sql.Text(slug)).ExecuteAsync(default);
        (await act.Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be(code);
    }

    [Fact]
    public async Task Without_a_deletion_that_has_begun_a_step_deletes_nothing()
    {
        var before = await FingerprintAsync(other);
        await SuspendAsync();
        await BeginAsync();
        foreach (var tenant in new[] { other, Guid.Empty, Tenant.Platform }) (await StepAsync(tenant, 500)).Should().Be((0, false));
        await using var unset = database.Sources.App.CreateCommand("SELECT deleted FROM sys.delete_tenant_rows(500, interval '1 s')");
        (await unset.ExecuteScalarAsync()).Should().Be(0L);
        (await FingerprintAsync(other)).Should().Equal(before);
    }

    [Theory]
    [InlineData(ExportFormat.Json)]
    [InlineData(ExportFormat.Csv)]
    public async Task An_export_holds_what_the_tenant_has_without_its_secrets_and_nothing_of_another(ExportFormat format)
    {
        await database.ExecuteAsync("INSERT INTO devices (tenant_id, id, name, notes) SELECT $1, gen_random_uuid(), '=HYPERLINK(\"x\")', 'n, ' || i FROM generate_series(1, 1200) i", doomed);
        await database.ExecuteAsync("UPDATE device_endpoints SET settings = '{\"readCommunity\": \"canary-1\"}' WHERE tenant_id = $1", doomed);
        await database.ExecuteAsync("UPDATE users SET password_hash = 'canary-2' WHERE tenant_id = $1", doomed);
        await database.ExecuteAsync("UPDATE devices SET name = 'of-the-other' WHERE tenant_id = $1", other);
        var export = new TenantExport(database.Sources, directory);
        using var file = new MemoryStream();
        await export.WriteAsync((await export.BeginAsync(Admin, "tenant-a", default)).Value, format, file, default);

        using var archive = new ZipArchive(file, ZipArchiveMode.Read);
        var ending = format == ExportFormat.Json ? "json" : "csv";
        archive.Entries.Select(e => e.FullName).Should().Equal(new[] { "devices", "users", "service-accounts", "schedules", "jobs", "audit" }.Select(n => $"tenant-a/{n}.{ending}"));
        var texts = archive.Entries.ToDictionary(e => e.Name, Read);
        string.Concat(texts.Values).Should().NotContain("canary").And.NotContain("of-the-other");
        if (format == ExportFormat.Json)
        {
            JsonNode.Parse(texts["devices.json"])!.AsArray().Should().HaveCount(1201);
            JsonNode.Parse(texts["devices.json"])!.AsArray().Single(d => (string?)d!["name"] == "Router")!["endpoints"]![0]!["identity"]!.GetValue<string>().Should().Be("id-1");
            JsonNode.Parse(texts["jobs.json"])!.AsArray().Should().HaveCount(2);
            JsonNode.Parse(texts["users.json"])![0]!["user_name"]!.GetValue<string>().Should().Be("ann");
        }
        else
        {
            var lines = texts["devices.csv"].Split("\r\n");
            lines[0].Should().StartWith("id,name,serial_number,");
            lines.Should().HaveCount(1 + 1201 + 1);
            lines.Count(l => l.Contains(",\"'=HYPERLINK(\"\"x\"\")\",", StringComparison.Ordinal)).Should().Be(1200, "a spreadsheet must not calculate a device's name");
            texts["users.csv"].Should().Contain(",ann,");
        }
        (await new AuditLog(database.Sources).ListAsync(Admin, null, 1, default)).Value.Items[0].Action.Should().Be("tenant.export");
    }

    [Fact]
    public void What_goes_is_told_in_words()
    {
        new TenantContents([]).Describe().Should().Be("nothing");
        new TenantContents([new("devices", 1204), new("users", 1), new("traces", 30), new("lanes", 12)]).Describe().Should().Be("1,204 devices, 1 user and 42 other rows");
    }

    private static string Read(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    private async Task SuspendAsync() => await directory.UpdateAsync(Admin, doomed, new TenantUpdate("Doomed", false, []), default);

    private async Task BeginAsync()
    {
        await using var batch = new TenantBatch(database.Sources.App, Tenant.Platform);
        await batch.Add("SELECT sys.platform_delete_tenant($1, 'tenant-a', 'test')", Sql.Uuid(doomed)).ExecuteAsync(default);
    }

    // No time at all: one round of the loop.
    private async Task<(long Deleted, bool Gone)> StepAsync(Guid tenant, int rows)
    {
        await using var batch = new TenantBatch(database.Sources.App, tenant);
        batch.Add("SELECT deleted, gone FROM sys.delete_tenant_rows($1, interval '0')", Sql.Int(rows));
        return await batch.FirstAsync(r => (r.GetInt64(0), r.GetBoolean(1)), default);
    }

    // Each table with how many rows of the tenant it has and the hash of what stands in them.
    private async Task<List<string>> FingerprintAsync(Guid tenant)
    {
        var tables = await Catalog.RowsAsync(database, $"WITH t AS ({Catalog.TenantTables}) SELECT name FROM t WHERE name <> 'tenants' ORDER BY 1");
        return await Catalog.RowsAsync(database, string.Join(" UNION ALL ", tables.Select(t =>
            $"SELECT '{t} ' || coalesce(md5(string_agg(x::text, '|' ORDER BY x::text)), '') || ' ' || count(*) FROM {t} x WHERE tenant_id = '{tenant}'")) + " ORDER BY 1");
    }
}
